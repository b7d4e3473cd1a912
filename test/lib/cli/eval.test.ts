import {evaluate} from '../../../lib/cli/eval';
import {UsageError} from '../../../lib/cli/options';
import {Dataset} from '../../../lib/dataset';
import {reset, state} from '../fake';
import {MemoryOutput} from '../output';
import {temporaryDirectory} from '../temporary';
import {giveCheckpoint} from './checkpoint';

jest.mock('../../../lib/native', () => jest.requireActual<typeof import('../fake')>('../fake').fakeModule);

const directory = temporaryDirectory();

beforeEach(() => {
	reset();
	giveCheckpoint();
});

test('eval prints loss, perplexity and tokens of the part it is told to look at', async () => {
	const data = await Dataset.prepare({text: 'some text '.repeat(50), directory: directory()});
	const output = new MemoryOutput();
	await evaluate('a', {data: directory(), split: 'train', batches: 0}, output);
	expect(output.text).toBe('loss 1.5000 nats per token, perplexity 4.482, 640 tokens\n');
	const how = {batch: 8, length: 16, batches: 0, seed: 1337, format: 'llm.c'};
	expect(state.models[0]?.calls.at(-1)).toEqual(['evaluate', data.train.path, how]);
	expect(state.models[0]?.disposed).toBe(true);
});

test('eval without data is a usage error, before any model is loaded', async () => {
	await expect(evaluate('a', {})).rejects.toBeInstanceOf(UsageError);
	expect(state.models).toEqual([]);
});
