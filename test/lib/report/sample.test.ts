import {join} from 'node:path';
import {generationDefaults} from '../../../lib/generation';
import {drawSample} from '../../../lib/report/sample';
import {giveBestCheckpoint} from '../cli/checkpoint';
import {reset, state} from '../fake';
import {temporaryDirectory} from '../temporary';

jest.mock('../../../lib/native', () => jest.requireActual<typeof import('../fake')>('../fake').fakeModule);

const directory = temporaryDirectory();

beforeEach(() => {
	reset();
	giveBestCheckpoint(directory());
});

describe('a sample', () => {
	test('is drawn from the best checkpoint with a seed, and the model is freed', async () => {
		const sample = await drawSample(directory(), {threads: 1});
		expect(sample).toMatchObject({text: 'a'.repeat(generationDefaults.count)});
		const [model] = state.models;
		expect(model).toMatchObject({disposed: true, config: {threads: 1}});
		expect(model?.calls[0]).toEqual(['load', join(directory(), 'best.safetensors')]);
		expect(model?.calls[1]?.[2]).toMatchObject({seed: generationDefaults.seed});
	});

	test('is absent without a best checkpoint', async () => {
		expect(await drawSample(join(directory(), 'elsewhere'))).toEqual({absent: 'there is no best checkpoint yet.'});
	});

	test('is absent, with the reason, where it cannot be drawn', async () => {
		state.failure = {code: 'ERR_SOPHIA_OUT_OF_MEMORY', message: 'The model does not fit'};
		expect(await drawSample(directory())).toEqual({absent: 'The model does not fit'});
	});
});
