import {existsSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {makeConfig, parameterCount} from '../../lib/config';
import {bestCheckpoint, claimDirectory, lastCheckpoint} from '../../lib/directory';
import {reset, state} from './fake';
import {temporaryDirectory} from './temporary';

jest.mock('../../lib/native', () => jest.requireActual<typeof import('./fake')>('./fake').fakeModule);

const directory = temporaryDirectory();
const model = makeConfig({layers: 1, heads: 1, width: 8, context: 16, vocabulary: 256});
const tokens = {train: '/t', validation: '/v', vocabulary: 256, tokenizer: 'bytes', format: 'llm.c'} as const;
const data = {
	train: {path: '/t', tokens: 9},
	validation: {path: '/v', tokens: 9},
	vocabulary: 256,
	format: 'llm.c',
	toJSON: () => tokens,
} as const;
const plan = {model, data};

beforeEach(reset);

describe("a run's directory", () => {
	test('has a last and a best checkpoint', () => {
		expect(lastCheckpoint('run')).toBe(join('run', 'last.safetensors'));
		expect(bestCheckpoint('run')).toBe(join('run', 'best.safetensors'));
	});

	test('is made for a new run, and nothing is made for none', () => {
		const run = join(directory(), 'a', 'b');
		claimDirectory(run, false, plan);
		expect(existsSync(run)).toBe(true);
		claimDirectory('', false, plan);
		expect(() => claimDirectory('', true, plan)).toThrow('Expected `directory` to be a string that is not empty');
	});

	test('that has a run is not given to another', () => {
		writeFileSync(lastCheckpoint(directory()), '');
		expect(() => claimDirectory(directory(), false, plan)).toThrow('has one: resume it');
	});

	test('that cannot be made is ERR_SOPHIA_IO', () => {
		writeFileSync(join(directory(), 'file'), '');
		const claim = () => claimDirectory(join(directory(), 'file', 'run'), false, plan);
		expect(claim).toThrow(expect.objectContaining({code: 'ERR_SOPHIA_IO'}));
	});

	test('goes on with its own model and its own kind of tokens only', () => {
		const tensors = [{name: 'wte.weight', dtype: 'F32', shape: [parameterCount(model)], position: 8}];
		const training = (saved: object) => JSON.stringify({optimizer: {}, data: saved, training: {}});
		const resume = (saved: object) => {
			const metadata = {config: JSON.stringify(model), training: training(saved)};
			state.checkpoint = {metadata, tensors};
			claimDirectory(directory(), true, plan);
		};
		resume({...tokens, train: '/elsewhere'});
		expect(() => resume({...tokens, tokenizer: 'gpt2'})).toThrow('the tokenizer of the run of');
		expect(() => resume({...tokens, vocabulary: 255})).toThrow(', 255, got 256');
		resume(tokens);
		claimDirectory(directory(), true, plan);
		expect(() => claimDirectory(directory(), true, {model: {...model, gelu: 'erf'}, data})).toThrow(
			'with gelu tanh, got gelu erf',
		);
	});
});
