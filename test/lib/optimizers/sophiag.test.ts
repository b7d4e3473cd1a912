import {SophiaG} from '../../../lib/optimizers/sophiag';

describe('SophiaG', () => {
	test('its defaults are those of the official code', () => {
		expect(new SophiaG()).toMatchObject({form: 'official', learningRate: 6e-4, weightDecay: 0.2});
		expect(new SophiaG().hyper()).toEqual({beta1: 0.965, beta2: 0.99, rho: 0.04, epsilon: 1e-15});
		const curvature = {estimator: 'gnb', every: 10, timing: 'after', fraction: 1, clip: 0, positions: 'counted'};
		expect(new SophiaG().refresh()).toEqual(curvature);
	});

	test('each form has its direction and its epsilon', () => {
		expect(new SophiaG({form: 'official'})).toMatchObject({direction: 'sophia-g', epsilon: 1e-15});
		expect(new SophiaG({form: 'paper'})).toMatchObject({direction: 'sophia', epsilon: 1e-12});
		expect(new SophiaG({form: 'paper', epsilon: 1e-7}).epsilon).toBe(1e-7);
	});

	test('a part of the curvature stands over its defaults', () => {
		expect(new SophiaG({curvature: {every: 5}}).curvature).toMatchObject({every: 5, fraction: 1});
	});

	test.each([
		[{rho: 0}],
		[{beta1: 1}],
		[{beta2: -1}],
		[{epsilon: 0}],
		[{curvature: {every: 0}}],
		[{curvature: {fraction: 0}}],
		[{curvature: {clip: -1}}],
	])('it rejects %j', (options) => {
		expect(() => new SophiaG(options)).toThrow(RangeError);
	});

	test('bs is no option: the trainer counts the tokens', () => {
		expect(() => new SophiaG({bs: 5120} as object)).toThrow('Unknown option `bs`');
	});

	test('a misspelt part of the curvature is named', () => {
		expect(() => new SophiaG({curvature: {evry: 5} as object})).toThrow('did you mean `every`?');
	});

	test('its scale stays, moves towards a win rate, or is annealed', () => {
		expect(new SophiaG().scaling()).toEqual({targetWinRate: 0, anneal: false});
		expect(new SophiaG({targetWinRate: 0.2}).scaling()).toEqual({targetWinRate: 0.2, anneal: false});
		expect(new SophiaG({anneal: true}).scaling()).toEqual({targetWinRate: 0, anneal: true});
		expect(() => new SophiaG({targetWinRate: 0.6})).toThrow('0, or in [0.1, 0.5]');
		expect(() => new SophiaG({targetWinRate: 0.2, anneal: true})).toThrow('got both');
	});
});
