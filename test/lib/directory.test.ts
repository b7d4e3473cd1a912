import {existsSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {makeConfig, parameterCount} from '../../lib/config';
import {bestCheckpoint, claimDirectory, lastCheckpoint} from '../../lib/directory';
import {reset, state} from './fake';
import {temporaryDirectory} from './temporary';

jest.mock('../../lib/native', () => jest.requireActual<typeof import('./fake')>('./fake').fakeModule);

const directory = temporaryDirectory();
const model = makeConfig({layers: 1, heads: 1, width: 8, context: 16, vocabulary: 256});

beforeEach(reset);

describe("a run's directory", () => {
	test('has a last and a best checkpoint', () => {
		expect(lastCheckpoint('run')).toBe(join('run', 'last.safetensors'));
		expect(bestCheckpoint('run')).toBe(join('run', 'best.safetensors'));
	});

	test('is made for a new run, and nothing is made for none', () => {
		const run = join(directory(), 'a', 'b');
		claimDirectory(run, false, model);
		expect(existsSync(run)).toBe(true);
		claimDirectory('', false, model);
		expect(() => claimDirectory('', true, model)).toThrow('Expected `directory` to be a string that is not empty');
	});

	test('that has a run is not given to another', () => {
		writeFileSync(lastCheckpoint(directory()), '');
		expect(() => claimDirectory(directory(), false, model)).toThrow('has one: resume it');
	});

	test('that cannot be made is ERR_SOPHIA_IO', () => {
		writeFileSync(join(directory(), 'file'), '');
		const claim = () => claimDirectory(join(directory(), 'file', 'run'), false, model);
		expect(claim).toThrow(expect.objectContaining({code: 'ERR_SOPHIA_IO'}));
	});

	test('goes on with its own model only', () => {
		const tensors = [{name: 'wte.weight', dtype: 'F32', shape: [parameterCount(model)], position: 8}];
		state.checkpoint = {metadata: {config: JSON.stringify(model)}, tensors};
		claimDirectory(directory(), true, model);
		expect(() => claimDirectory(directory(), true, {...model, gelu: 'erf'})).toThrow('with gelu tanh, got gelu erf');
	});
});
