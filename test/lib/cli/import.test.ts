import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {importDirectory} from '../../../lib/cli/import';
import {UsageError} from '../../../lib/cli/options';
import {tokenizerFiles} from '../../../lib/pretrained/tokenizer';
import {reset, state} from '../fake';
import {MemoryOutput} from '../output';
import {giveDirectory, numbers} from '../pretrained/fake';
import {temporaryDirectory} from '../temporary';

jest.mock('../../../lib/native', () => jest.requireActual<typeof import('../fake')>('../fake').fakeModule);

const directory = temporaryDirectory();
const gpt2 = () => join(directory(), 'gpt2');
const checkpoint = () => join(directory(), 'a.safetensors');

beforeEach(() => {
	reset();
	giveDirectory(gpt2());
});

async function told(settings = {}): Promise<string> {
	const output = new MemoryOutput();
	await importDirectory(gpt2(), {output: checkpoint(), ...settings}, output);
	return output.text;
}

const shape = '3,064 parameters, 1 layers of width 8, context 16, vocabulary 256';

test('import writes the checkpoint and says what is in it', async () => {
	expect(await told()).toBe(`${checkpoint()}: ${shape}, no tokenizer beside it\n`);
	const [model] = state.models;
	expect(model).toMatchObject({config: {layers: 1, context: 16, dropout: 0.1, device: 'cpu'}, disposed: true});
	expect(model?.calls.map(([name, to]) => [name, to])).toEqual([
		['write', 'wte.weight'],
		['write', 'wpe.weight'],
		['save', checkpoint()],
	]);
	expect(model?.written['wpe.weight']).toEqual([...numbers.subarray(6)]);
});

test('import takes another context and another dropout', async () => {
	expect(await told({context: 4, dropout: 0})).toMatch('context 4');
	expect(state.models[0]?.config).toMatchObject({context: 4, dropout: 0});
});

test('import knows the tokenizer of GPT-2, and refuses files that are none before it reads weights', async () => {
	writeFileSync(join(gpt2(), 'vocab.json'), tokenizerFiles()['vocab.json']);
	expect(await told()).toMatch("256, GPT-2's tokenizer\n");
	writeFileSync(join(gpt2(), 'vocab.json'), '{"a": 0}');
	expect(await told()).toMatch("another tokenizer than GPT-2's, which is not read\n");
	reset();
	writeFileSync(join(gpt2(), 'vocab.json'), '{');
	await expect(told()).rejects.toMatchObject({code: 'ERR_SOPHIA_FORMAT'});
	expect(state.models).toEqual([]);
});

test('import does not write among the files that it reads, nor where there is no folder', async () => {
	await expect(told({output: join(gpt2(), 'model.safetensors')})).rejects.toBeInstanceOf(UsageError);
	await expect(told({output: ''})).rejects.toThrow('outside of the directory, got nothing');
	await expect(told({output: join(directory(), 'none', 'a')})).rejects.toMatchObject({code: 'ERR_SOPHIA_IO'});
	expect(state.models).toEqual([]);
});

test('import of a file is a usage error, and of nothing ERR_SOPHIA_IO', async () => {
	const file = join(gpt2(), 'model.safetensors');
	const misused = importDirectory(file, {output: checkpoint()}, new MemoryOutput());
	await expect(misused).rejects.toThrow('Expected the directory of `config.json` and its weights, got the file');
	const failing = importDirectory(join(directory(), 'none'), {output: checkpoint()}, new MemoryOutput());
	await expect(failing).rejects.toMatchObject({code: 'ERR_SOPHIA_IO'});
});
