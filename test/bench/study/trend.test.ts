import {outlook, trendOf, type SizedEfficiency, type Trend} from '../../../bench/study/trend';
import {normal} from './planted';

const sizes = (rhos: readonly number[], deviation = 0.02, parameters = [50e3, 100e3, 200e3, 400e3]) =>
	rhos.map((value, i): SizedEfficiency => ({parameters: parameters[i] ?? NaN, rho: {value, deviation}}));
const trend = (efficiencies: readonly SizedEfficiency[]): Trend => {
	const found = trendOf(efficiencies);
	if (found === undefined) {
		throw new Error('Expected a trend');
	}
	return found;
};

test('the trend of the study: from 1.4 to 1.1 as models grow', () => {
	const study = trend(sizes([1.37, 1.26, 1.28, 1.15], 0.03, [134e6, 302e6, 537e6, 1208e6]));
	// NumPy 2: polyfit of ln ρ over ln N, weighted by ρ/σ.
	expect(study.slope).toBeCloseTo(-0.07165915, 7);
	expect(study.interval.low).toBeLessThan(study.slope);
	expect(study.interval.high).toBeLessThan(0);
	expect(study).toMatchObject({sizes: 4, range: {low: expect.closeTo(134e6, 0), high: expect.closeTo(1208e6, 0)}});
});

test('points on a line give that line, and its noise comes from theirs', () => {
	const exact = trend(sizes([1.6, 1.4, 1.225, 1.071875]));
	expect(exact.slope).toBeCloseTo(Math.log(0.875) / Math.log(2), 12);
	expect(exact.at(100e3).rho).toBeCloseTo(1.4, 12);
	const wide = trend(sizes([1.6, 1.4, 1.225, 1.071875], 0.04));
	const width = ({interval}: Trend) => interval.high - interval.low;
	expect(width(wide) / width(exact)).toBeCloseTo(2, 9);
});

test('scatter beyond the noise widens the interval, and an efficiency that is better known counts more', () => {
	const width = ({interval}: Trend) => interval.high - interval.low;
	expect(width(trend(sizes([1.6, 1.2, 1.4, 1.1])))).toBeGreaterThan(5 * width(trend(sizes([1.6, 1.4, 1.225, 1.07]))));
	const [a, b, c] = sizes([1, 1.2, 1]) as [SizedEfficiency, SizedEfficiency, SizedEfficiency];
	expect(trend([a, b, {...c, rho: {value: 1, deviation: 1e3}}]).slope).toBeCloseTo(Math.log2(1.2), 4);
});

test('95 % of intervals hold the planted slope', () => {
	const noise = normal(1);
	let held = 0;
	for (let study = 0; study < 1000; study++) {
		const rhos = [50e3, 100e3, 200e3].map((n) => 1.3 * (n / 50e3) ** -0.1 * Math.exp(0.02 * noise()));
		const {interval} = trend(
			rhos.map((rho, i) => ({parameters: 50e3 * 2 ** i, rho: {value: rho, deviation: 0.02 * rho}})),
		);
		held += interval.low <= -0.1 && interval.high >= -0.1 ? 1 : 0;
	}
	expect(held).toBeGreaterThan(930);
	expect(held).toBeLessThan(990);
});

test('one size has no trend, two have one by their noise, and without noise nothing bounds it', () => {
	expect([trendOf([]), trendOf(sizes([1.3])), trendOf([...sizes([1.3]), ...sizes([1.2])])]).toEqual(
		Array(3).fill(undefined),
	);
	expect(trendOf(sizes([1.3, NaN, 0]))).toBeUndefined();
	const two = trend(sizes([1.3, 1.2]));
	expect(two.interval.high - two.interval.low).toBeLessThan(0.2);
	for (const deviation of [NaN, 0]) {
		const unknown = trend(sizes([1.3, 1.2], deviation));
		expect(unknown.interval).toEqual({low: -Infinity, high: Infinity});
		expect(unknown.at(75e3).interval).toEqual({low: 0, high: Infinity});
		expect(trend(sizes([1.3, 1.2, 1.15], deviation)).interval.high).toBeLessThan(10);
	}
});

test('no more than four times beyond the measured sizes, unless told, and then it is said', () => {
	const found = trend(sizes([1.4, 1.3, 1.2]));
	expect(outlook(found, 100e3)).toMatchObject({extrapolation: 1, rho: expect.closeTo(1.3, 2)});
	expect(outlook(found, 600e3)).toMatchObject({extrapolation: expect.closeTo(3, 9)});
	expect(outlook(found, 7e9)).toEqual({
		parameters: 7e9,
		extrapolation: expect.closeTo(35_000, 0),
		refused: '7,000,000,000 parameters are 35000.0 times beyond what was measured, more than 4',
	});
	expect(outlook(found, 1e3)).toHaveProperty('refused');
	const told = outlook(found, 7e9, {extrapolate: true});
	expect(told).toMatchObject({extrapolation: expect.closeTo(35_000, 0)});
	expect('rho' in told && told.interval.high / told.interval.low).toBeGreaterThan(1.5);
});
