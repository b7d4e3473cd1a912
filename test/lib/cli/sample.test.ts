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
	const how = {count: 1, temperature: 0.8, topK: 3, topP: 1, seed: 1337, sample: 0, cache: true, drawn: 0};
	expect(model?.calls[1]).toEqual(['generate', Int32Array.of(104, 0xc3, 0xa9), how]);
	expect(model).toMatchObject({disposed: true, config: {threads: 1}});
});

test('sample begins with a line break when nothing is asked', async () => {
	const output = new MemoryOutput();
	await sample('a.safetensors', {count: 1}, output);
	expect(output.text).toBe('\na\n');
});

test('sample draws several texts, each up to its stop', async () => {
	const output = new MemoryOutput();
	await sample('a.safetensors', {prompt: 'b', count: 2, samples: 2}, output);
	expect(output.text).toBe('baa\n\n---\nbaa\n');
	expect(state.models[0]?.calls.slice(1).map((call) => (call[2] as {sample: number}).sample)).toEqual([0, 0, 1, 1]);
	const stopped = new MemoryOutput();
	await sample('a.safetensors', {prompt: 'b', count: 5, stop: 'aa'}, stopped);
	expect(stopped.text).toBe('b\n');
	await expect(sample('a.safetensors', {samples: 0})).rejects.toThrow('`samples`');
	await expect(sample('a.safetensors', {tokenizer: 'bites'})).rejects.toThrow('`tokenizer`');
	const silent = new MemoryOutput();
	await expect(sample('a.safetensors', {prompt: 'b', count: -1}, silent)).rejects.toThrow('`count`');
	await expect(sample('a.safetensors', {tokenizer: 'gpt2'}, silent)).rejects.toThrow('at most the model');
	expect(silent.text).toBe('');
});
