import {bootstrap} from '../../../bench/study/bootstrap';
import {meanOf, type Cell} from '../../../bench/study/cell';
import {constantly, normal, plant, sample} from './planted';

const efficiencies = {adamw: constantly(1), lion: constantly(1.3)};
const difference = ([adamw = NaN, lion = NaN]: readonly number[]) => [lion - adamw];
const cell = (optimizer: string, ...losses: number[]): Cell => ({
	optimizer,
	parameters: 100,
	tokens: 2000,
	ratio: 1,
	losses: sample(...losses),
});

test('the same seed gives the same interval, another one another', () => {
	const cells = plant(1, {efficiencies, ratios: [1]});
	const first = bootstrap(cells, difference, {resamples: 100});
	expect(bootstrap(cells, difference, {resamples: 100})).toEqual(first);
	expect(bootstrap(cells, difference, {resamples: 100, seed: 1})).not.toEqual(first);
	expect(first[0]?.value).toBeCloseTo(
		meanOf(cells[1]?.losses.values() ?? []) - meanOf(cells[0]?.losses.values() ?? []),
		12,
	);
});

test('seeds stay paired: what a seed does to every optimizer cancels, and regimes are drawn on their own', () => {
	const noise = normal(1);
	const losses = Array.from({length: 5}, () => 3 + noise());
	const paired = [cell('adamw', ...losses), cell('lion', ...losses.map((loss) => loss - 0.1))];
	expect(bootstrap(paired, difference)[0]?.deviation).toBeLessThan(1e-12);
	const apart = paired.map((each, i) => ({...each, ratio: i}));
	expect(bootstrap(apart, difference)[0]?.deviation).toBeGreaterThan(0.1);
});

test('the deviation of a mean is s/√n, which drawing n of n would make too small', () => {
	const losses = [3.1, 3.3, 3.2, 3.7, 3.6];
	const [mean] = bootstrap([cell('adamw', ...losses)], (means) => means, {resamples: 20_000});
	expect((mean?.deviation ?? NaN) / (0.2588436 / Math.sqrt(5))).toBeCloseTo(1, 1.5);
	expect((mean?.deviation ?? NaN) / (0.2588436 / Math.sqrt(5))).toBeGreaterThan(0.95); // that would be 0.894
});

test('fewer than three seeds bound nothing', () => {
	for (const losses of [[3], [3, 3.1]]) {
		const [found] = bootstrap([cell('adamw', ...losses)], (means) => means);
		expect(found).toMatchObject({interval: {low: -Infinity, high: Infinity}, failed: 1});
		expect(found?.value).toBeCloseTo(losses.length === 1 ? 3 : 3.05, 12);
	}
	const short = [cell('adamw', 3, 3.1, 3.2, 3.3), cell('lion', 3, 3.1)];
	const [adamw, lion] = bootstrap(short, (means) => means);
	expect([adamw?.failed, lion?.failed]).toEqual([0, 1]);
});

test('resamples without a number are counted, and have no part in the interval', () => {
	const cells = [cell('adamw', 1, 2, 3, 4)];
	const [found] = bootstrap(cells, ([mean = NaN]) => [mean > 2.5 ? NaN : mean]);
	expect(found?.failed).toBeGreaterThan(0.3);
	expect(found?.failed).toBeLessThan(0.6);
	expect(found?.interval.high).toBeLessThanOrEqual(2.5);
	expect(bootstrap(cells, () => [NaN])[0]).toMatchObject({value: NaN, failed: 1});
	expect(bootstrap([], () => [])).toEqual([]);
});

test('a cell that diverged is infinite in every resample, and a run that is missing takes none from the others', () => {
	const cells = [cell('adamw', 3, 3.1, 3.2, 3.3), cell('lion', 3, Infinity, 3, 3)];
	const [adamw, lion] = bootstrap(cells, (means) => means);
	expect(lion).toMatchObject({value: Infinity, interval: {low: Infinity, high: Infinity}, failed: 0});
	expect(adamw?.interval.low).toBeGreaterThan(2.9);
	const missing = [cell('adamw', 3, 3.1, 3.2, 3.3), cell('lion', 3, 3.1, 3.2)];
	expect(bootstrap(missing, (means) => means)[0]).toEqual(adamw);
});

test("an interval of few seeds is as wide as Student's t, not as the normal distribution", () => {
	const noise = normal(3);
	const losses = Array.from({length: 6}, () => 3 + noise());
	const [mean] = bootstrap([cell('adamw', ...losses)], (means) => means, {resamples: 20_000});
	const {interval, deviation} = mean ?? {interval: {low: NaN, high: NaN}, deviation: NaN};
	expect((interval.high - interval.low) / 2 / deviation).toBeGreaterThan(2.25); // t is 2.57 at five, 1.96 at many
	expect((interval.high - interval.low) / 2 / deviation).toBeLessThan(2.8);
});
