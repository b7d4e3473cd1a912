import {makeConfig} from '../../lib/config';
import {AdamW} from '../../lib/optimizers/adamw';
import {SophiaG} from '../../lib/optimizers/sophiag';
import {runJson, trainerConfig, type RunPlan} from '../../lib/run';
import {makeTraining} from '../../lib/training';
import {reset} from './fake';

jest.mock('../../lib/native', () => jest.requireActual<typeof import('./fake')>('./fake').fakeModule);

beforeEach(reset);

const shard = (name: string) => ({path: `/data/${name}.bin`, tokens: 1000});
const data: RunPlan['data'] = {
	train: shard('train'),
	validation: shard('val'),
	vocabulary: 256,
	format: 'llm.c' as const,
	toJSON: () => ({
		train: '/data/train.bin',
		validation: '/data/val.bin',
		vocabulary: 256,
		tokenizer: 'bytes',
		format: 'llm.c' as const,
	}),
};
const model = makeConfig({layers: 1, heads: 1, width: 8, context: 16, vocabulary: 256});
const training = makeTraining(
	{steps: 50, evaluation: {every: 5, batches: 3}, checkpoint: {every: 7, keepEvery: 9}},
	16,
);
const shared = {model, dtype: 'float32', data, training} as const;
const plan: RunPlan = {...shared, optimizer: new SophiaG(), directory: '/run', resume: true};

describe('a run as native code is told of it', () => {
	test('has every field of the boundary', () => {
		expect(trainerConfig(plan)).toEqual({
			optimizer: 'sophia-g',
			hyper: {beta1: 0.965, beta2: 0.99, rho: 0.04, epsilon: 1e-15},
			others: [],
			routes: [],
			learningRate: 6e-4,
			weightDecay: 0.2,
			decay: 'matrices+embeddings',
			schedule: 'cosine',
			warmup: 5,
			finalRatio: 0.05,
			decaySteps: 10,
			warmupForm: '(step+1)/(warmup+1)',
			steps: 50,
			batch: 8,
			length: 16,
			accumulation: 1,
			clip: 1,
			every: 10,
			timing: 'after',
			fraction: 1,
			estimator: 'gnb',
			hessianClip: 0,
			positions: 'counted',
			distribution: 'rademacher',
			probes: 1,
			targetWinRate: 0,
			anneal: false,
			seed: 1337,
			train: '/data/train.bin',
			validation: '/data/val.bin',
			format: 'llm.c',
			evaluateEvery: 5,
			evaluateBatches: 3,
			checkpointEvery: 9,
			saveEvery: 7,
			directory: '/run',
			resume: true,
			divergedAfter: 10,
			config: JSON.stringify(runJson(plan)),
		});
	});

	test('has no refresh for an optimizer without curvature', () => {
		expect(trainerConfig({...plan, optimizer: new AdamW()})).toMatchObject({optimizer: 'adamw', every: 0});
	});

	test('is refused when the data has more tokens than the model knows', () => {
		const small = {...plan, model: makeConfig({...model, vocabulary: 255})};
		expect(() => trainerConfig(small)).toThrow("Expected the model's vocabulary to cover the 256 tokens of the data");
	});

	test('is refused when a shard has no window of the length', () => {
		const short = {...data, validation: {path: '/data/val.bin', tokens: 16}};
		expect(() => trainerConfig({...plan, data: short})).toThrow('Expected `/data/val.bin` to have more than `length`');
		const enough = {...data, validation: {path: '/data/val.bin', tokens: 17}};
		expect(() => trainerConfig({...plan, data: enough})).not.toThrow();
	});
});
