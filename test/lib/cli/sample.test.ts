import {sample} from '../../../lib/cli/sample';
import {reset, state} from '../fake';
import {MemoryOutput} from '../output';
import {giveCheckpoint} from './checkpoint';

jest.mock('../../../lib/native', () => jest.requireActual<typeof import('../fake')>('../fake').fakeModule);

beforeEach(() => {
	reset();
	giveCheckpoint();
});

test('sample prints the prompt and what follows it, and frees the model', async () => {
	const output = new MemoryOutput();
	await sample('a.safetensors', {prompt: 'hé', count: 4, topK: 3, threads: 1}, output);
	expect(output.text).toBe('héaaaa\n');
	const [model] = state.models;
	expect(model?.calls[0]).toEqual(['load', 'a.safetensors']);
	const how = {count: 4, temperature: 0.8, topK: 3, seed: 1337};
	expect(model?.calls[1]).toEqual(['generate', Int32Array.of(104, 0xc3, 0xa9), how]);
	expect(model).toMatchObject({disposed: true, config: {threads: 1}});
});

test('sample begins with a line break when nothing is asked', async () => {
	const output = new MemoryOutput();
	await sample('a.safetensors', {count: 1}, output);
	expect(output.text).toBe('\na\n');
});
