import type {Cell} from '../../../bench/study/cell';
import {describe as told} from '../../../bench/study/curve';
import {slopeIn, speedups, type Speedup} from '../../../bench/study/speedup';
import {constantly, plant} from './planted';
import {regime} from './regimes';

const efficiencies = {adamw: constantly(1), lion: constantly(1.3), crippled: constantly(0.6)};
const few = {resamples: 300}; // enough for ends that are this far from anything
const of = (found: readonly Speedup[], optimizer: string) => found.filter(({cell}) => cell.optimizer === optimizer);

test('a planted speed-up lies in its interval at each ratio, and is a bound at the last', () => {
	const found = of(speedups(plant(3, {efficiencies}), 'adamw', few), 'lion');
	expect(found.map(({cell}) => cell.ratio)).toEqual([1, 2, 4, 8]);
	for (const {tokens, low, high, failed} of found.slice(0, 3)) {
		expect([tokens, low, high].map(({relation}) => relation)).toEqual(['=', '=', '=']);
		expect(low.value).toBeLessThan(1.3);
		expect(high.value).toBeGreaterThan(1.3);
		expect(high.value - low.value).toBeLessThan(0.15);
		expect(failed).toBe(0);
	}
	const last = found[3];
	expect([last?.tokens, last?.low, last?.high].map((bound) => bound && told(bound))).toEqual(Array(3).fill('> 1.00'));
});

test('a crippled optimizer is slower, and worse than the first ratio of the reference is a bound', () => {
	const [first, second, ...others] = of(speedups(plant(3, {efficiencies}), 'adamw', few), 'crippled');
	expect(first && told(first.high)).toBe('< 1.00');
	for (const {high, low} of others) {
		expect(high.value).toBeLessThan(0.65);
		expect(low.value).toBeGreaterThan(0.55);
	}
	expect(second?.high.value).toBeLessThan(0.65);
});

test('each size has its own reference', () => {
	const small = plant(1, {efficiencies});
	const large = plant(2, {efficiencies, parameters: 2e5}).map((cell) => shifted(cell, -0.4));
	expect(speedups([...small, ...large], 'adamw', few)).toEqual(
		[small, large].flatMap((size) => speedups(size, 'adamw', few)),
	);
});

const shifted = (cell: Cell, by: number): Cell => ({
	...cell,
	losses: new Map([...cell.losses].map(([seed, loss]) => [seed, loss + by])),
});

test('an optimizer that diverged, one seed, and a missing reference are answered, not hidden', () => {
	const cells = plant(1, {efficiencies, ratios: [1, 2, 4]});
	const lost = cells.map((cell) =>
		cell.optimizer === 'lion' ? {...cell, losses: new Map([...cell.losses, [0, Infinity]])} : cell,
	);
	expect(of(speedups(lost, 'adamw', few), 'lion').map(({tokens, high}) => [told(tokens), told(high)])).toEqual([
		['< 1.00', '< 1.00'],
		['< 0.50', '< 0.50'],
		['< 0.25', '< 0.25'],
	]);
	const [single] = speedups(plant(1, {efficiencies, seeds: 1}), 'adamw');
	expect(single?.tokens.value).toBeCloseTo(1.3, 0);
	expect(single).toMatchObject({low: {relation: '<'}, high: {relation: '>'}, failed: 1});
	expect(speedups(cells, 'sgd').every(({tokens, failed}) => Number.isNaN(tokens.value) && failed === 1)).toBe(true);
	expect(speedups([], 'adamw')).toEqual([]);
});

test('95 % intervals hold the planted speed-up in 90 to 98 % of studies', () => {
	const studies = 200;
	let held = 0;
	for (let draw = 0; draw < studies; draw++) {
		const cells = plant(draw, {efficiencies: {adamw: constantly(1), lion: constantly(1.3)}});
		const [first] = speedups(cells, 'adamw', {resamples: 100, seed: 1e6 + draw});
		held += first !== undefined && first.low.value <= 1.3 && first.high.value >= 1.3 ? 1 : 0;
	}
	expect(held / studies).toBeGreaterThanOrEqual(0.9);
	expect(held / studies).toBeLessThanOrEqual(0.98);
});

test('how the loss goes with data is that of the reference, where its curve was measured', () => {
	const cells = plant(1, {efficiencies, sigma: 0});
	const there = {...regime, shape: {layers: 2, heads: 3, width: 48}};
	const slope = (ratio: number, shape = there.shape) => slopeIn(cells, 'adamw', {...there, ratio, shape});
	expect(slope(1)).toBeCloseTo(-0.494 * 0.418, 4);
	expect(slope(4)).toBeCloseTo(-0.494 * 0.418 * 4 ** -0.494, 4);
	expect([slope(3), slope(1, {layers: 2, heads: 2, width: 32}), slopeIn(cells, 'sgd', there)]).toEqual([NaN, NaN, NaN]);
});
