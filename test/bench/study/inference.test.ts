import type {Losses} from '../../../bench/study/cell';
import {differenceNoise, holm, judge, pairedDifference, requiredSeeds, summarize} from '../../../bench/study/inference';
import {constantly, plant, sample} from './planted';

const adamw = sample(3.131, 3.12, 3.131, 3.127, 3.134);
const lion = sample(3.121, 3.118, 3.125, 3.119, 3.13);
const everywhere = {low: -Infinity, high: Infinity};

test('mean, deviation and interval are those of SciPy 1.17', () => {
	const {count, mean, deviation, interval} = summarize(lion.values());
	expect(count).toBe(5);
	expect(mean).toBeCloseTo(3.1226, 12);
	expect(deviation).toBeCloseTo(0.004929503017546443, 12);
	expect(interval.low).toBeCloseTo(3.1164792135740758, 12);
	expect(interval.high).toBeCloseTo(3.128720786425924, 12);
});

test("a paired difference is that of SciPy's ttest_rel, whatever the order of seeds", () => {
	const {mean, interval, p, doubt} = pairedDifference(new Map([...lion].reverse()), adamw);
	expect(mean).toBeCloseTo(-0.006, 12);
	expect(p).toBeCloseTo(0.013235599563680698, 12);
	expect(interval.low).toBeCloseTo(-0.009926486322954727, 12);
	expect(interval.high).toBeCloseTo(-0.0020735136770450155, 12);
	expect(doubt).toBeUndefined();
});

test('only seeds that both have are compared', () => {
	const more: Losses = new Map([...lion, [17, 99]]);
	expect(pairedDifference(more, new Map([...adamw, [18, Infinity]]))).toEqual(pairedDifference(lion, adamw));
	expect(pairedDifference(new Map([[5, 3]]), adamw)).toMatchObject({count: 0, mean: NaN, interval: everywhere, p: 1});
});

test('the noise of a difference, unpaired and paired', () => {
	const noise = differenceNoise(lion, adamw);
	expect(noise.paired).toBeCloseTo(0.0031622776601681717, 12);
	expect(noise.unpaired).toBeCloseTo(0.007321202087089142, 12);
	expect(differenceNoise(sample(3), sample(3.1))).toEqual({unpaired: NaN, paired: NaN});
});

test('one run, and runs that are all alike, bound nothing', () => {
	expect(summarize([3])).toEqual({count: 1, mean: 3, deviation: NaN, interval: everywhere});
	expect(summarize([3.1, 3.1, 3.1])).toMatchObject({mean: 3.1, interval: everywhere});
	expect(summarize([])).toEqual({count: 0, mean: NaN, deviation: NaN, interval: everywhere});
	expect(pairedDifference(sample(3), sample(4))).toMatchObject({interval: everywhere, p: 1, doubt: 'one seed'});
	const shifted = new Map([...adamw].map(([seed, loss]) => [seed, loss - 0.1])); // alike but for rounding
	expect(pairedDifference(shifted, adamw)).toMatchObject({interval: everywhere, p: 1, doubt: 'no spread'});
	expect(pairedDifference(adamw, adamw)).toMatchObject({mean: 0, p: 1, doubt: 'no spread'});
});

test('where a run diverged there is no verdict but that', () => {
	const lost = sample(3, 3, Infinity, 3, 3);
	expect(summarize(lost.values())).toMatchObject({mean: Infinity, interval: everywhere});
	const verdicts = judge(
		new Map([
			['lost', pairedDifference(lost, adamw)],
			['nothing', pairedDifference(sample(NaN, 3, 3, 3, 3), adamw)],
			['won', pairedDifference(adamw, lost)],
			['neither', pairedDifference(sample(-Infinity, 3, 3, 3, 3), lost)],
		]),
	);
	expect([...verdicts.values()].map(({verdict}) => verdict)).toEqual(Array(4).fill('diverged'));
	expect([...verdicts.values()].map(({mean, doubt}) => [mean, doubt])).toEqual([
		[Infinity, 'candidate diverged'],
		[Infinity, 'candidate diverged'],
		[-Infinity, 'reference diverged'],
		[NaN, 'both diverged'],
	]);
	expect(verdicts.get('lost')).toMatchObject({interval: everywhere, adjusted: 1});
});

test("Holm's correction is that of R's p.adjust, in the order of the family", () => {
	const close = (found: readonly number[], expected: readonly number[]) =>
		found.forEach((p, i) => expect(p).toBeCloseTo(expected[i] ?? NaN, 12));
	close(holm([0.01, 0.02, 0.03, 0.04, 0.05]), [0.05, 0.08, 0.09, 0.09, 0.09]);
	close(holm([0.04, 0.001, 0.5, 0.012]), [0.08, 0.004, 0.5, 0.036]);
	close(holm([0.6, 0.7, NaN]), [1, 1, 1]);
	expect(holm([])).toEqual([]);
});

test('a verdict needs more in a family than alone, and its interval then has no 0', () => {
	const one = pairedDifference(lion, adamw);
	expect(judge(new Map([['lion', one]])).get('lion')?.verdict).toBe('better');
	const copies = ['a', 'b', 'c', 'lion'].map((name) => [name, one] as const);
	const judged = judge(new Map(copies)).get('lion');
	expect(judged?.verdict).toBe('tie');
	expect(judged?.adjusted).toBeCloseTo(4 * one.p, 12);
	expect(judge(new Map([['adamw', pairedDifference(adamw, lion)]])).get('adamw')?.verdict).toBe('worse');
});

/** In which part of studies some copy of the reference is taken for another optimizer. */
function falseClaims(copies: number, studies: number): number {
	const names = ['adamw', ...Array.from({length: copies}, (_none, i) => `copy ${i}`)];
	let claims = 0;
	for (let draw = 0; draw < studies; draw++) {
		const efficiencies = Object.fromEntries(names.map((name) => [name, constantly(1)]));
		const [reference, ...others] = plant(draw, {efficiencies, ratios: [1]});
		const family = others.map(
			({optimizer, losses}) => [optimizer, pairedDifference(losses, reference?.losses ?? losses)] as const,
		);
		claims += [...judge(new Map(family)).values()].some(({verdict}) => verdict !== 'tie') ? 1 : 0;
	}
	return claims / studies;
}

test('two copies of one optimizer tie in 95 % of studies', () => {
	expect(Math.abs(falseClaims(1, 1000) - 0.05)).toBeLessThan(0.015);
});

test('the error of a family of six copies stays at 5 %, where without a correction it would be a multiple', () => {
	expect(falseClaims(6, 500)).toBeLessThan(0.06);
});

test('a crippled optimizer loses, and one that is 1.3 times as efficient wins', () => {
	const efficiencies = {adamw: constantly(1), crippled: constantly(0.5), better: constantly(1.3)};
	const [reference, ...others] = plant(1, {efficiencies, ratios: [1]});
	const family = others.map(
		({optimizer, losses}) => [optimizer, pairedDifference(losses, reference?.losses ?? losses)] as const,
	);
	expect([...judge(new Map(family))].map(([name, {verdict}]) => [name, verdict])).toEqual([
		['crippled', 'worse'],
		['better', 'better'],
	]);
});

test('seeds that a speed-up takes: those of the study, which grow with the noise and as the curve flattens', () => {
	const plan = (sigma: number) => requiredSeeds({sigma, slope: 0.05, speedup: 1.1});
	expect([0.0013, 0.003, 0.006].map(plan)).toEqual([2, 7, 25]);
	expect(requiredSeeds({sigma: 0.003, slope: -0.05, speedup: 1 / 1.1})).toBe(7);
	expect(requiredSeeds({sigma: 0, slope: 0.05, speedup: 1.1})).toBe(2);
	expect(requiredSeeds({sigma: 0.003, slope: 0.05, speedup: 1})).toBe(Infinity);
	expect(requiredSeeds({sigma: 0.003, slope: 0, speedup: 1.1})).toBe(Infinity);
	expect(requiredSeeds({sigma: NaN, slope: 0.05, speedup: 1.1})).toBeNaN();
});

test('as many seeds as are required do see the speed-up, four times in five', () => {
	const slope = 0.494 * 0.418; // of the planted curve at ratio 1
	const sigma = 0.012;
	const seeds = requiredSeeds({sigma, slope, speedup: 1.04});
	const studies = 500;
	let seen = 0;
	for (let draw = 0; draw < studies; draw++) {
		const efficiencies = {adamw: constantly(1), other: constantly(1.04)};
		const [reference, other] = plant(draw, {efficiencies, ratios: [1], seeds, sigma, shared: 0});
		seen += pairedDifference(other?.losses ?? adamw, reference?.losses ?? adamw).p < 0.05 ? 1 : 0;
	}
	expect(seeds).toBeGreaterThan(30); // σ counts as known, and nearly is
	expect(seen / studies).toBeGreaterThan(0.72);
	expect(seen / studies).toBeLessThan(0.88);
});
