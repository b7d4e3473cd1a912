import {decades, estimate, hessianDiagonal, quantiles} from '../../lib/curvature';
import {Gpt2} from '../../lib/gpt2';
import {reset, state} from './fake';

// eslint-disable-next-line @typescript-eslint/no-require-imports
jest.mock('../../lib/native', () => (require('./fake') as typeof import('./fake')).fakeModule);

beforeEach(reset);

const examples = {tokens: Int32Array.of(1, 2), targets: Int32Array.of(2, 3), length: 2};

describe('the diagonal of a model', () => {
	test('is asked for with every number decided', async () => {
		using model = await Gpt2.create({layers: 1, heads: 1, width: 3, context: 4, vocabulary: 5});
		const {diagonal, trace} = await hessianDiagonal(model, examples, {probes: 3, batch: 1});
		expect(state.models[0]?.calls.at(-1)).toEqual([
			'hessianDiagonal',
			{...examples, batch: 1, dropout: false, seed: 1337, step: 0},
			{estimator: 'hutchinson', distribution: 'rademacher', probes: 3},
		]);
		expect([...diagonal.tensor('wpe.weight')]).toEqual([2, 2, 2]);
		expect(trace.mean).toBe(2);
	});

	test.each([
		['an unknown estimator', {estimator: 'exact'}],
		['no probe', {probes: 0}],
		['an unknown distribution', {distribution: 'uniform'}],
		['an unknown option', {probe: 1}],
	])('is refused %s', async (_name, options) => {
		using model = await Gpt2.create({layers: 1, heads: 1, width: 3, context: 4, vocabulary: 5});
		const refused = {code: 'ERR_SOPHIA_INVALID_ARGUMENT'};
		await expect(hessianDiagonal(model, examples, options as never)).rejects.toMatchObject(refused);
	});
});

describe('summaries', () => {
	test('a mean comes with its standard error', () => {
		expect(estimate([1, 2, 3])).toEqual({mean: 2, error: Math.sqrt(1 / 3)});
		expect(estimate([5])).toEqual({mean: 5, error: NaN});
	});

	test('quantiles lie between neighbours, and leave the numbers in place', () => {
		const values = Float32Array.of(4, 1, 3, 2);
		expect(quantiles(values, [0, 0.5, 1, 1 / 6])).toEqual([1, 2.5, 4, 1.5]);
		expect([...values]).toEqual([4, 1, 3, 2]);
	});

	test('decades count by size and sign, and lose no number', () => {
		const bins = decades(Float32Array.of(250, -300, 25, 0.001, -1e-30, 0), 4);
		expect(bins.map(({negative, positive}) => [negative, positive])).toEqual([
			[1, 1],
			[0, 1],
			[0, 0],
			[1, 2],
		]);
		expect(bins[0]).toMatchObject({low: 100, high: 1000});
		expect(bins[3]).toMatchObject({low: 0, high: 1});
		expect(decades(new Float32Array(3))).toEqual([{low: 0, high: Infinity, negative: 0, positive: 3}]);
	});
});
