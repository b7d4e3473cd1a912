import {learningRate, weightDecay} from '../../../bench/candidates/axes';
import {Tried} from '../../../bench/study/points';
import {beaten, isBetter, lossesOf, marginsOf, meanLoss, openEnds} from '../../../bench/study/proof';
import {published} from './regimes';

const rules = {threshold: 0.02, seed: 0, fresh: [1, 2]};
const axes = [learningRate([1e-3, 2e-3]), weightDecay([0, 0.1])];
const at = (rate: number, decay = 0) => ({...published, learningRate: rate, weightDecay: decay});
const triedOf = (...rows: readonly (readonly [ReturnType<typeof at>, Record<number, number>])[]) =>
	new Tried(rows.map(([settings, losses]) => ({settings, losses})));

test('margins are twice and three times the noise, and never less than those of the study', () => {
	expect(marginsOf(null)).toEqual({threshold: 3e-3, nearness: 6.4e-3});
	expect(marginsOf({paired: 0.01, sigma: 0.006})).toEqual({threshold: 0.02, nearness: expect.closeTo(0.018)});
});

test('better is beyond the noise, of which means over more seeds have less, but never below the least', () => {
	const tried = triedOf(
		[at(1e-3), {0: 2, 1: 2, 2: 2}],
		[at(2e-3), {0: 1.985}],
		[at(4e-3), {0: 1.985, 1: 1.985, 2: 1.985}],
	);
	expect(isBetter(tried, at(2e-3), at(1e-3), rules)).toBe(false);
	expect(isBetter(tried, at(4e-3), at(1e-3), rules)).toBe(true);
	expect(isBetter(tried, at(1e-3), at(4e-3), rules)).toBe(false);
	const close = triedOf([at(1e-3), {0: 2, 1: 2, 2: 2}], [at(2e-3), {0: 1.998, 1: 1.998, 2: 1.998}]);
	expect(isBetter(close, at(2e-3), at(1e-3), {...rules, threshold: 3e-3})).toBe(false);
});

test('anything is better than what failed or diverged, and what failed is better than nothing', () => {
	const tried = triedOf([at(1e-3), {0: NaN}], [at(2e-3), {0: Infinity}], [at(4e-3), {0: 9}]);
	expect(isBetter(tried, at(4e-3), at(1e-3), rules)).toBe(true);
	expect(isBetter(tried, at(4e-3), at(2e-3), rules)).toBe(true);
	expect(isBetter(tried, at(1e-3), at(4e-3), rules)).toBe(false);
	expect(isBetter(tried, at(1e-3), at(2e-3), rules)).toBe(false);
});

test('an end is open where a neighbour is missing, failed or is better', () => {
	const whole = [
		[at(1e-3), {0: 2}],
		[at(5e-4), {0: 2.1}],
		[at(1e-3, 0.1), {0: 1.99}],
	] as const;
	const open = (...more: readonly (readonly [ReturnType<typeof at>, Record<number, number>])[]) =>
		openEnds(triedOf(...whole, ...more), at(1e-3), axes, rules);
	expect(open([at(2e-3), {0: 2.1}])).toEqual([]);
	expect(open([at(2e-3), {0: Infinity}])).toEqual([]);
	expect(open()).toEqual(['learningRate']);
	expect(open([at(2e-3), {1: 2.1}])).toEqual(['learningRate']);
	expect(open([at(2e-3), {0: NaN}])).toEqual(['learningRate']);
	expect(open([at(2e-3), {0: 1.9}])).toEqual(['learningRate']);
});

test('a configuration is beaten by any that is better', () => {
	const tried = triedOf([at(1e-3), {0: 2}], [at(8e-3, 0.1), {0: 1.9}]);
	expect(beaten(tried, at(1e-3), rules)).toEqual(at(8e-3, 0.1));
	expect(beaten(tried, at(8e-3, 0.1), rules)).toBeUndefined();
});

test('a mean is over the seeds that there are', () => {
	const tried = triedOf([at(1e-3), {0: 2, 2: 4}], [at(2e-3), {0: 2, 1: NaN}]);
	expect([lossesOf(tried, at(1e-3), rules), meanLoss(tried, at(1e-3), rules)]).toEqual([[2, 4], 3]);
	expect(meanLoss(tried, at(2e-3), rules)).toBeNaN();
});
