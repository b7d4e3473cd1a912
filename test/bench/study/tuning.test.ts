// Searches on surfaces whose best is known.
import {clip, fromZero, learningRate, memory, scale, weightDecay} from '../../../bench/candidates/axes';
import type {Settings} from '../../../bench/candidates/candidate';
import {Tried} from '../../../bench/study/points';
import {beaten, openEnds} from '../../../bench/study/proof';
import {tune, type Search} from '../../../bench/study/tuning';

const begin: Settings = {learningRate: 1e-3, weightDecay: 0.1, warmup: 0.05, clip: 1, beta2: 0.95};
const axes = [
	learningRate([1e-3, 2e-3, 4e-3]),
	weightDecay([0, 0.05, 0.1, 0.2]),
	memory('beta2', 'β₂', [0.9, 0.95, 0.98]),
];

const search: Search = {begin, axes, budget: 200, threshold: 0.003, nearness: 0.006, seed: 0, fresh: [1, 2]};

/** How many factors of 2 lie between. */
const octaves = (value: number | undefined, best: number) => Math.log2((value ?? NaN) / best);

type Surface = (settings: Settings, seed: number) => number;

/** Runs a search, and counts its runs. */
async function find(surface: Surface, changes: Partial<Search> = {}) {
	const seen: string[] = [];
	const tuned = await tune({...search, ...changes}, (settings, seed) => {
		seen.push(...settings.map((each) => `${JSON.stringify(each)} ${seed}`));
		return Promise.resolve(settings.map((each) => surface(each, seed)));
	});
	expect(new Set(seen).size).toBe(seen.length);
	expect(seen).toHaveLength(tuned.runs);
	return tuned;
}

const bowl: Surface = ({learningRate: rate, weightDecay: decay, beta2}) =>
	2 + 0.1 * octaves(rate, 1.6e-2) ** 2 + 0.3 * Math.abs(decay - 0.2) + 0.02 * octaves(1 - (beta2 ?? NaN), 0.02) ** 2;

test('finds the best beyond the grid, and proves it by a star whose centre it is', async () => {
	const {best, star, edges, loss, runs} = await find(bowl);
	expect([best.learningRate, best.weightDecay, best.beta2]).toEqual([1.6e-2, 0.2, 0.98]);
	expect([edges, loss]).toEqual([[], expect.closeTo(2, 3)]);
	expect(star.map(({axis}) => axis)).toEqual(['learningRate', 'weightDecay', 'beta2']);
	for (const {axis, points} of star) {
		const values = points.map(({value}) => value);
		expect(values).toEqual([...values].sort((a, b) => a - b));
		const place = values.indexOf(best[axis] ?? NaN);
		expect([place > 0, place < values.length - 1]).toEqual([true, true]);
	}
	expect(runs).toBeLessThanOrEqual(200);
});

test('takes nothing for better that is not beyond the noise', async () => {
	const shallow: Surface = (settings) => 2 + 0.001 * Math.abs(octaves(settings.learningRate, 8e-3));
	expect((await find(shallow, {nearness: 0, budget: 20})).best.learningRate).toBeLessThanOrEqual(2e-3);
});

test('finds what only a change of two settings at once finds', async () => {
	const ridge: Surface = ({learningRate: rate, weightDecay: decay}) =>
		2 + 0.2 * (octaves(rate, 1e-3) + octaves(Math.max(decay, 0.01), 0.1)) ** 2 - 0.05 * octaves(rate, 1e-3);
	expect((await find(ridge, {budget: 40})).best).not.toEqual(begin);
	const [rate = axes[0], ...others] = axes;
	const without = others.reverse();
	expect((await find(ridge, {budget: 14, axes: rate === undefined ? [] : [...without, rate]})).best).toEqual(begin);
});

test('says where a budget left the best at an edge, and stays within it', async () => {
	const {edges, runs} = await find(bowl, {budget: 9});
	expect([edges.length > 0, runs]).toEqual([true, 9]);
	const slope: Surface = ({learningRate: rate}) => 2 - 0.01 * octaves(rate, 1e-3);
	expect((await find(slope, {budget: 40})).edges).toContain('learningRate');
});

test('uses what is left of its budget to begin once more near the best', async () => {
	const valleys: Surface = ({learningRate: rate, weightDecay: decay}) => {
		const deep = 1.5 + 0.1 * octaves(rate, 8e-3) ** 2 + (decay === 0.2 ? 0 : 1);
		return Math.min(deep, 2 + 0.1 * octaves(rate, 1e-3) ** 2 + Math.abs(decay - 0.1));
	};
	expect((await find(valleys, {budget: 20})).best.learningRate).toBe(1e-3);
	expect((await find(valleys, {budget: 400})).best.learningRate).toBe(8e-3);
});

test('begins where the best of drawn configurations is', async () => {
	const far: Surface = ({learningRate: rate, weightDecay: decay, beta2 = NaN}) =>
		rate === 4e-3 && decay === 0.2 && beta2 === 0.98 ? 1 : 2 + 0.1 * octaves(rate, 1e-3) ** 2 + Math.abs(decay - 0.1);
	expect((await find(far, {budget: 60})).best).toEqual(begin);
	const {best, runs} = await find(far, {budget: 110, scattered: 90});
	expect([best.learningRate, best.weightDecay, best.beta2, runs <= 110]).toEqual([4e-3, 0.2, 0.98, true]);
});

test('a natural end is no edge', async () => {
	const {best, edges} = await find(({weightDecay: decay}) => 2 + decay);
	expect([best.weightDecay, edges]).toEqual([0, []]);
});

test('what diverges is worse than anything, and what fails is nothing', async () => {
	const cliff: Surface = (settings, seed) => (settings.learningRate > 3e-3 ? Infinity : bowl(settings, seed));
	expect((await find(cliff)).best.learningRate).toBe(2e-3);
	const broken: Surface = (settings, seed) => (settings.learningRate === 2e-3 ? NaN : bowl(settings, seed));
	expect((await find(broken)).best.learningRate).not.toBe(2e-3);
	const {best, loss} = await find(() => Infinity);
	expect([best, loss]).toEqual([begin, Infinity]);
});

test('near-best configurations are judged by fresh seeds: one lucky seed does not win', async () => {
	const lucky: Surface = ({learningRate: rate}, seed) => {
		const favoured = rate === 2e-3 && seed === 0 ? -0.01 : 0;
		return 2 + (rate === 2e-3 ? 0.01 : 0) + favoured + 0.1 * Math.max(0, Math.abs(octaves(rate, 1.4e-3)) - 0.6);
	};
	expect((await find(lucky, {nearness: 0.1})).best.learningRate).toBe(1e-3);
});

test('what it found is proven by what it tried, or it says where not', async () => {
	for (const budget of [20, 60, 200]) {
		const {best, points, edges} = await find(bowl, {budget, scattered: 5});
		const tried = new Tried(points);
		expect(edges).toEqual(openEnds(tried, best, axes, search));
		expect([budget, edges.length > 0 || beaten(tried, best, search) === undefined]).toEqual([budget, true]);
	}
});

test('goes on from what its whole grids show', async () => {
	const hidden: Surface = ({learningRate: rate, weightDecay: decay}) =>
		2 + (rate === 4e-3 ? -0.5 : 0.1 * octaves(rate, 1e-3) ** 2) + Math.abs(decay - 0.1);
	const [rate] = axes;
	const {best, edges} = await find(hidden, {budget: 12, axes: rate === undefined ? [] : [rate], fresh: []});
	expect([best.learningRate, edges]).toEqual([4e-3, []]);
});

test('ends where seeds disagree for ever', async () => {
	const mad: Surface = (settings, seed) => {
		const text = JSON.stringify(settings) + String(seed);
		const hash = Buffer.from(text).reduce((sum, byte) => (sum * 31 + byte) % 10007, 7);
		return 2 + hash / 10007;
	};
	const wide = [...axes, clip, fromZero('warmup', 'warm-up', [0, 0.05]), scale('rho', 'ρ', [0.05])];
	for (const budget of [1, 2, 10, 50, 400]) {
		const {runs} = await find(mad, {budget, axes: wide, begin: {...begin, rho: 0.05}});
		expect(runs).toBeLessThanOrEqual(budget);
	}
});
