import {
	checkpointConfig,
	checkpointRun,
	checkpointStep,
	checkpointTokenizer,
	checkSameModel,
	readCheckpoint,
} from '../../lib/checkpoint';
import {makeConfig, parameterCount} from '../../lib/config';
import {reset, state} from './fake';

jest.mock('../../lib/native', () => jest.requireActual<typeof import('./fake')>('./fake').fakeModule);

beforeEach(reset);

const shape = makeConfig({layers: 1, heads: 1, width: 2, context: 3, vocabulary: 4});
const parameters = (4 + 3) * 2 + 12 * 4 + 9 * 2 + 3 * 4;

function holds(metadata: Record<string, string>, count = parameters): void {
	const tensors = [
		{name: 'wte.weight', dtype: 'F32', shape: [2, count / 2], position: 8},
		{name: 'optimizer.momentum.wte.weight', dtype: 'F32', shape: [9], position: 8},
	];
	state.checkpoint = {metadata, tensors};
}

describe('a checkpoint', () => {
	test('knows its model and its run', () => {
		const run = {optimizer: {name: 'lion'}, data: {}, training: {}};
		holds({config: JSON.stringify(shape), training: JSON.stringify(run)});
		expect(checkpointConfig('a')).toEqual(shape);
		expect(checkpointRun('a')).toEqual(run);
		expect(checkpointStep('a')).toBeUndefined();
		holds({progress: '{"step": 7}'});
		expect(checkpointStep('a')).toBe(7);
		holds({progress: '{'});
		expect(() => checkpointStep('a')).toThrow(expect.objectContaining({code: 'ERR_SOPHIA_FORMAT'}));
	});

	test.each([
		['no model', {}],
		['no JSON', {config: '{'}],
		['a shape that cannot be', {config: JSON.stringify({...shape, heads: 3})}],
		['a shape of another kind', {config: '[]'}],
	])('with %s is ERR_SOPHIA_FORMAT', (_name, metadata) => {
		holds(metadata);
		expect(() => checkpointConfig('a')).toThrow(expect.objectContaining({code: 'ERR_SOPHIA_FORMAT'}));
	});

	test('whose tensors are not those of its shape is ERR_SOPHIA_FORMAT, before any memory is taken', () => {
		holds({config: JSON.stringify(shape)}, parameters - 2);
		expect(() => checkpointConfig('a')).toThrow(`to hold ${parameters} parameters, got ${parameters - 2}`);
	});

	test.each([
		['no run', {}],
		['half a run', {training: '{"optimizer": {}}'}],
	])('with %s cannot be resumed', (_name, metadata) => {
		holds(metadata);
		expect(() => checkpointRun('a')).toThrow(expect.objectContaining({code: 'ERR_SOPHIA_FORMAT'}));
	});

	test('is held against another model, whose first difference is named', () => {
		holds({config: JSON.stringify(shape)});
		expect(() => checkSameModel('a', shape)).not.toThrow();
		const other = () => checkSameModel('a', {...shape, gelu: 'erf'});
		expect(other).toThrow(RangeError);
		expect(other).toThrow('Expected the model of `a`, with gelu tanh, got gelu erf');
	});

	test('is not looked for under a name that no file has', () => {
		expect(() => readCheckpoint('a\0b')).toThrow('Expected `path` to be a path, without NUL characters');
	});

	test('that native code refuses keeps its code', () => {
		state.failure = {code: 'ERR_SOPHIA_IO', message: 'no such file'};
		expect(() => readCheckpoint('a')).toThrow(expect.objectContaining({code: 'ERR_SOPHIA_IO'}));
	});

	test('has the tokenizer of its run, or that of its vocabulary', () => {
		const run = (tokenizer: string) => JSON.stringify({optimizer: {}, data: {tokenizer}, training: {}});
		holds({training: run('gpt2')});
		expect(checkpointTokenizer('a').name).toBe('gpt2');
		holds({training: run('bites')});
		expect(() => checkpointTokenizer('a')).toThrow(expect.objectContaining({code: 'ERR_SOPHIA_FORMAT'}));
		for (const [vocabulary, name] of [
			[50257, 'gpt2'],
			[50304, 'gpt2'],
			[256, 'bytes'],
		] as const) {
			const config = makeConfig({...shape, vocabulary});
			holds({config: JSON.stringify(config)}, parameterCount(config));
			expect(checkpointTokenizer('a').name).toBe(name);
		}
	});
});
