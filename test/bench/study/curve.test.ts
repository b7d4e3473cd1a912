import {curveOf, describe as told, effectiveData, slope, speedup, type Mean} from '../../../bench/study/curve';
import {curve as truth} from './planted';

const means = (losses: readonly number[], ratios: readonly number[] = [1, 2, 4, 8], sigma = 0.001): Mean[] =>
	losses.map((loss, i) => ({data: ratios[i] ?? NaN, loss, sigma}));
const exact = (ratios: readonly number[]) => curveOf(means(ratios.map(truth), ratios));
const measured = exact([1, 2, 4, 8]);

test('between ratios a loss is worth the data after which the curve has it, whatever B is', () => {
	for (const data of [1, 1.3, 1.5, 2, 2.6, 3.9, 7, 8]) {
		const {relation, value} = effectiveData(measured, truth(data));
		expect(relation).toBe('=');
		expect(value / data).toBeCloseTo(1, 5);
	}
	expect(speedup(measured, truth(1.3 * 2), 2).value).toBeCloseTo(1.3, 5);
});

test('outside what was measured there is a bound, never a number', () => {
	expect(effectiveData(measured, truth(8.01))).toEqual({relation: '>', value: 8});
	expect(effectiveData(measured, truth(0.99))).toEqual({relation: '<', value: 1});
	expect(speedup(measured, truth(10.4), 8)).toEqual({relation: '>', value: 1});
	expect(speedup(measured, truth(8 * 1.3), 6.4)).toEqual({relation: '>', value: 1.25});
	expect(speedup(measured, Infinity, 2)).toEqual({relation: '<', value: 0.5}); // it diverged
	expect(effectiveData(measured, NaN).value).toBeNaN();
	expect(effectiveData(curveOf([]), 3).value).toBeNaN();
	expect(effectiveData(curveOf(means([3.5])), 3.5)).toEqual({relation: '=', value: 1});
	expect(effectiveData(curveOf(means([3.5])), 3.4)).toEqual({relation: '>', value: 1});
});

test('three ratios are as exact; two are read off a line in ln D, which makes it at most 3 % too much at B = 0.5', () => {
	expect(effectiveData(exact([1, 2, 4]), truth(1.3)).value).toBeCloseTo(1.3, 5);
	const two = exact([1, 2]);
	expect(two.law).toBeUndefined();
	expect(effectiveData(two, truth(Math.SQRT2)).value / Math.SQRT2).toBeGreaterThan(1);
	expect(effectiveData(two, truth(Math.SQRT2)).value / Math.SQRT2).toBeLessThan(1.035);
	expect(effectiveData(curveOf(means([4, 3], [1, 4])), 3.5).value).toBeCloseTo(2, 12);
});

test('measured means are met even where no power law is', () => {
	const odd = curveOf(means([3.5, 3.49, 3.3, 3.29]));
	[3.5, 3.49, 3.3, 3.29].forEach((loss, i) => expect(effectiveData(odd, loss).value).toBeCloseTo(2 ** i, 9));
});

test('means that rise are pooled, with their weights, and their order in the input says nothing', () => {
	const [a, b, c, d] = means([3.5, 3.3, 3.36, 3.2]) as [Mean, Mean, Mean, Mean];
	const even = curveOf([d, b, a, c]);
	[3.5, 3.33, 3.33, 3.2].forEach((loss, i) => expect(even.means[i]?.loss).toBeCloseTo(loss, 12));
	const sharp = curveOf([a, {...b, sigma: 1e-6}, c, d]);
	expect(sharp.means[2]?.loss).toBeCloseTo(3.3, 6);
	expect(effectiveData(even, even.means[1]?.loss ?? NaN).value).toBeCloseTo(2, 9);
	expect(curveOf(means([3.2, 3.3, 3.4, 3.5])).means.map(({loss}) => loss)).toEqual(
		Array(4).fill(expect.closeTo(3.35, 12)),
	);
	expect(effectiveData(curveOf(means([3, 3, 3])), 3)).toEqual({relation: '=', value: 1});
});

test('means of runs that diverged are no part of a curve, and missing sigmas make all count the same', () => {
	expect(curveOf(means([3.5, Infinity, NaN, 3.2])).means.map(({data}) => data)).toEqual([1, 8]);
	const even = curveOf(means([3.529, 3.408, 3.322, 3.261]).map((mean, i) => (i === 0 ? {...mean, sigma: NaN} : mean)));
	expect(even.law?.exponents[0]).toBeCloseTo(0.494, 3);
});

test('slopes are those that the study has for 130 M, within what was measured', () => {
	const found = curveOf(means([3.529, 3.408, 3.322, 3.261]));
	[0.206, 0.146, 0.104, 0.074].forEach((kappa, i) => expect(-slope(found, 2 ** i)).toBeCloseTo(kappa, 3));
	expect(slope(exact([1, 2]), 1.5)).toBeCloseTo((truth(2) - truth(1)) / Math.log(2), 12);
	expect([slope(found, 9), slope(found, 0.9), slope(curveOf([]), 1), slope(exact([2]), 2)]).toEqual(Array(4).fill(NaN));
});

test('a bound is told as one', () => {
	expect([told({relation: '=', value: 1.254}), told({relation: '>', value: 1.25})]).toEqual(['1.25', '> 1.25']);
});
