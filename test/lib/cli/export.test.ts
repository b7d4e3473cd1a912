import {readdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {exportDirectory} from '../../../lib/cli/export';
import {UsageError} from '../../../lib/cli/options';
import {reset, state} from '../fake';
import {MemoryOutput} from '../output';
import {giveDirectory} from '../pretrained/fake';
import {temporaryDirectory} from '../temporary';
import {giveCheckpoint} from './checkpoint';

jest.mock('../../../lib/native', () => jest.requireActual<typeof import('../fake')>('../fake').fakeModule);

const directory = temporaryDirectory();
const out = () => join(directory(), 'out');

beforeEach(() => {
	reset();
	giveCheckpoint();
});

test('export writes the directory without making a model, and says so', async () => {
	const {tensors} = state.checkpoint;
	state.parameters = tensors.map(({name, shape}) => ({name, shape: [...shape], kind: 'matrix'}));
	const checkpoint = join(directory(), 'a');
	writeFileSync(checkpoint, new Uint8Array(8 + 4 * 3064));
	const output = new MemoryOutput();
	await exportDirectory(checkpoint, {output: out()}, output);
	expect(output.text).toBe(`${out()}: 3,064 parameters of ${checkpoint}, for transformers\n`);
	expect(readdirSync(out()).sort()).toEqual(['config.json', 'model.safetensors']);
	expect(state.models).toEqual([]);
});

test('export without a place to write to, or of what is exported already, is a usage error', async () => {
	await expect(exportDirectory('a', {output: ''}, new MemoryOutput())).rejects.toBeInstanceOf(UsageError);
	const exported = giveDirectory(join(directory(), 'gpt2'));
	await expect(exportDirectory(exported, {output: out()}, new MemoryOutput())).rejects.toThrow('`sophia import');
});
