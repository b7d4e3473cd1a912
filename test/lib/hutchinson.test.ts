import {Device} from '../../lib/device';
import {hutchinson} from '../../lib/hutchinson';
import type {Distribution} from '../../lib/optimizers/optimizer';
import {worstDeviation} from './perceptron';

const device = Device.cpu();
const matrix = Array.from({length: 5}, (_, i) =>
	Array.from({length: 5}, (_, j) => Math.sin(3 * (i + j)) - i * j * 0.1),
);
const diagonal = matrix.map((row, i) => row[i] ?? NaN);
const multiply = (u: Float32Array) =>
	Float32Array.from(matrix, (row) => row.reduce((sum, h, j) => sum + h * (u[j] ?? NaN), 0));
const draws = (distribution: Distribution, count = 2000) =>
	Array.from({length: count}, (_, step) => {
		using u = hutchinson.probe([5], {step, distribution});
		return hutchinson.estimate(u, multiply(u.toArray()));
	});

test.each(['rademacher', 'gaussian'] as const)('the mean of u ⊙ Hu over %s draws is the diagonal', (distribution) => {
	const all = draws(distribution);
	expect(worstDeviation(all, diagonal)).toBeLessThan(4.4); // one in ten thousand is farther off for some coordinate
	const variance = all.reduce((sum, draw) => sum + ((draw[2] ?? 0) - (diagonal[2] ?? 0)) ** 2, 0) / all.length;
	const others = matrix[2]?.reduce(
		(sum, h, j) => sum + (j === 2 ? (distribution === 'gaussian' ? 2 : 0) : 1) * h * h,
		0,
	);
	expect(variance / (others ?? 0)).toBeGreaterThan(0.9);
	expect(variance / (others ?? 0)).toBeLessThan(1.1);
});

test('a probe is a function of seed, step, the number of its tensor and the place', () => {
	const options = {seed: 3, step: 7, distribution: 'gaussian'} as const;
	const {a, b} = hutchinson.probe({a: [2, 3], b: [9]}, options);
	expect(a.shape).toEqual([2, 3]);
	expect(hutchinson.probe([6], options).toArray()).toEqual(a.toArray());
	expect(hutchinson.probe([9], {...options, number: 1}).toArray()).toEqual(b.toArray());
	const own = Device.cpu({isa: 'baseline', threads: 1});
	expect(hutchinson.probe([6], {...options, device: own}).toArray()).toEqual(a.toArray());
	expect(b.toArray().subarray(0, 6)).not.toEqual(a.toArray());
	expect(hutchinson.probe([6], {...options, seed: 4}).toArray()).not.toEqual(a.toArray());
	expect(hutchinson.probe([6], {...options, step: 8}).toArray()).not.toEqual(a.toArray());
	expect(new Set(hutchinson.probe([64], {step: 1}).toArray())).toEqual(new Set([-1, 1]));
	expect(hutchinson.probe({}, {step: 1})).toEqual({});
});

test('an estimate is like the product, of one tensor or of many', () => {
	const u = Float32Array.of(1, -1);
	const product = Float32Array.of(2, -1);
	expect(hutchinson.estimate(u, product)).toEqual(Float32Array.of(2, 1));
	const tensor = hutchinson.estimate(u, device.from(product, [1, 2]), {weight: 0.5});
	expect({shape: tensor.shape, numbers: tensor.toArray()}).toEqual({shape: [1, 2], numbers: Float32Array.of(1, 0.5)});
	expect(hutchinson.estimate({b: u, a: u}, {a: product, b: u})).toEqual({
		a: Float32Array.of(2, 1),
		b: Float32Array.of(1, 1),
	});
	expect(hutchinson.estimate([device.from(u)], [product])).toEqual([Float32Array.of(2, 1)]);
	expect(product).toEqual(Float32Array.of(2, -1));
});

test('an average is moved in place, may be negative, and can be the mean of many estimates', () => {
	const hessian = Float32Array.of(4, 4);
	const outcome = hutchinson.update(hessian, Float32Array.of(1, -1), Float32Array.of(-20, -8), {beta2: 0.5});
	expect(hessian).toEqual(Float32Array.of(-8, 6));
	expect(outcome).toEqual({skipped: false, negativeRate: 0.5, l1: 14, l2: 10});
	expect(hutchinson.update(hessian, Float32Array.of(1, 1), Float32Array.of(1, NaN)).skipped).toBe(true);
	expect(hessian).toEqual(Float32Array.of(-8, 6));
	const mean = new Float32Array(1);
	[1, 2, 6].forEach((each, i) =>
		hutchinson.update(mean, Float32Array.of(1), Float32Array.of(each), {beta2: i / (i + 1)}),
	);
	expect(mean[0]).toBeCloseTo(3, 5);
	hutchinson.update(mean, Float32Array.of(1), Float32Array.of(0));
	expect(mean[0]).toBeCloseTo(3 * 0.99, 5);
});

const one = new Float32Array(1);
test.each<[string, () => unknown, string]>([
	['no options', () => hutchinson.probe([3], undefined as never), '`options`'],
	['no step', () => hutchinson.probe([3], {} as never), '`step`'],
	['a size for a shape', () => hutchinson.probe(3 as never, {step: 1}), '`shape`'],
	['half a size', () => hutchinson.probe([1.5], {step: 1}), '`shape`'],
	['another distribution', () => hutchinson.probe([3], {step: 1, distribution: 'uniform' as never}), '`distribution`'],
	['the name of a device', () => hutchinson.probe([3], {step: 1, device: 'cpu' as never}), '`device`'],
	['a number of 16 bits', () => hutchinson.probe([3], {step: 1, number: 2 ** 15}), '`number`'],
	['a last number of 16 bits', () => hutchinson.probe({a: [1], b: [1]}, {step: 1, number: 2 ** 15 - 1}), '`number`'],
	['a direction of another size', () => hutchinson.estimate(one, new Float32Array(2)), '`u` to have 2 numbers, got 1'],
	['another name', () => hutchinson.estimate({a: one}, {b: one}), '`u` to be `b`, got `a`'],
	['a name too many', () => hutchinson.estimate({a: one, b: one}, {b: one}), 'got `a`, `b`'],
	['a weight of 0', () => hutchinson.estimate(one, one, {weight: 0}), '`weight`'],
	[
		'numbers of 16 bits',
		() => hutchinson.update(device.zeros([1], {dtype: 'bf16'}) as never, one, one),
		'f32, got bf16',
	],
	['an unknown option', () => hutchinson.update(one, one, one, {tokens: 3} as never), '`tokens`'],
])('refuses %s', (_, call, message) => {
	expect(call).toThrow(
		expect.objectContaining({code: 'ERR_SOPHIA_INVALID_ARGUMENT', message: expect.stringContaining(message)}),
	);
});
