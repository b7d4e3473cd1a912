import {Device} from '../../lib/device';
import {gnb} from '../../lib/gnb';
import {backward, batch, gaussNewtonDiagonal, outputs, predict, size, softmax, worstDeviation} from './perceptron';

const device = Device.cpu();
const logits = Float32Array.from({length: 60}, (_, i) => 2 * Math.sin(11 * i));
const classes = 4;
const steps = Array.from({length: 2000}, (_, step) => step);

/** B ĝ² as `gnb.update` has it in h, of a mean gradient whose part of each example is given. */
function estimate(parts: readonly Float64Array[], tokens = parts.length): Float32Array {
	const gradient = new Float32Array(size);
	parts.forEach((part) => part.forEach((g, i) => (gradient[i] = (gradient[i] ?? 0) + g / parts.length)));
	const hessian = new Float32Array(size);
	gnb.update(hessian, gradient, {tokens, beta2: 0});
	return hessian;
}

/** What may lie between a mean of thousands of draws and its expectation, in standard errors: 5 in a million do not. */
const few = 4.6;

describe('the mean of B ĝ² over many draws is the diagonal of the Gauss-Newton matrix', () => {
	const softmaxes = (labels: (step: number, z: Float32Array) => Int32Array) =>
		steps.map((step) => {
			const z = Float32Array.from(batch.flatMap(predict));
			const drawn = labels(step, z);
			return estimate(
				batch.map((x, b) => {
					const p = softmax(z.subarray(b * outputs, (b + 1) * outputs));
					return backward(
						x,
						p.map((each, c) => each - (c === drawn[b] ? 1 : 0)),
					);
				}),
			);
		});
	const diagonal = gaussNewtonDiagonal((f) => {
		const p = softmax(f);
		return p.map((a, c) => p.map((b, d) => (c === d ? a : 0) - a * b));
	});

	test('of a softmax, for labels drawn from it', () => {
		const draws = softmaxes((step, z) => gnb.sampleLabels(z, {classes: outputs, step}));
		expect(worstDeviation(draws, diagonal)).toBeLessThan(few);
	});

	test('but not for labels that have nothing to do with the model', () => {
		const draws = softmaxes((step) => Int32Array.from(batch, (_, b) => (3 * step + b) % outputs));
		expect(worstDeviation(draws, diagonal)).toBeGreaterThan(3 * few);
	});

	test.each([1, 0.3])('of a squared error with deviation %f', (deviation) => {
		const f = Float32Array.from(batch.flatMap(predict));
		const draws = steps.map((step) => {
			const labels = gnb.sampleGaussian(f, {step, deviation});
			const slope = f.map((each, i) => (each - (labels[i] ?? NaN)) / deviation ** 2);
			return estimate(batch.map((x, b) => backward(x, slope.subarray(b * outputs, (b + 1) * outputs))));
		});
		const unit = (c: number, d: number) => (c === d ? 1 / deviation ** 2 : 0);
		const exact = gaussNewtonDiagonal((f) => f.map((_, c) => f.map((_, d) => unit(c, d))));
		expect(worstDeviation(draws, exact)).toBeLessThan(few);
	});

	// Three places in a row, two actions; where the walker goes next depends on what it drew.
	test('of a policy, where an episode is one prediction whatever its moments have to do with one another', () => {
		const z = [0.7, -1, 1.5];
		const right = z.map((each) => 1 / (1 + Math.exp(-each)));
		const visits = [1, right[0] ?? 0, (right[0] ?? 0) * (right[1] ?? 0) + 1 - (right[0] ?? 0)];
		const exact = visits.map((visited, place) => visited * (right[place] ?? 0) * (1 - (right[place] ?? 0)));
		const draws = steps.map((step) => {
			const gradient = new Float32Array(3);
			for (let place = 0, first = 0; place < 3; first++) {
				const [action = 0] = gnb.sampleLabels(Float32Array.of(0, z[place] ?? 0), {classes: 2, step, first});
				gradient[place] = (gradient[place] ?? 0) + (right[place] ?? 0) - action;
				place += place === 0 && action === 0 ? 2 : place === 1 && action === 0 ? 3 : 1;
			}
			const hessian = new Float32Array(3);
			gnb.update(hessian, gradient, {tokens: 1, beta2: 0});
			return hessian;
		});
		expect(worstDeviation(draws, exact)).toBeLessThan(few);
	});
});

describe('labels', () => {
	test('are functions of seed, step and row alone', () => {
		const whole = gnb.sampleLabels(logits, {classes, seed: 5, step: 2});
		const half = logits.subarray(7 * classes);
		expect(gnb.sampleLabels(half, {classes, seed: 5, step: 2, first: 7})).toEqual(whole.subarray(7));
		const own = Device.cpu({isa: 'baseline', threads: 1});
		using tensor = own.from(logits, [3, 5, classes]);
		using drawn = gnb.sampleLabels(tensor, {seed: 5, step: 2});
		expect({shape: drawn.shape, dtype: drawn.dtype, device: drawn.device}).toEqual({
			shape: [3, 5],
			dtype: 'i32',
			device: own,
		});
		expect(drawn.toArray()).toEqual(whole);
		expect(gnb.sampleLabels(logits, {classes, seed: 6, step: 2})).not.toEqual(whole);
		expect(gnb.sampleLabels(logits, {classes, seed: 5, step: 3})).not.toEqual(whole);
		expect(gnb.sampleLabels(logits, {classes, step: 2})).toEqual(
			gnb.sampleLabels(logits, {classes, seed: 1337, step: 2}),
		);
	});

	test('are not drawn where targets do not count', () => {
		const targets = Int32Array.from({length: 15}, (_, r) => (r % 3 === 0 ? -1 : 0));
		const whole = gnb.sampleLabels(logits, {classes, step: 1});
		const expected = whole.map((label, r) => (r % 3 === 0 ? -1 : label));
		expect(gnb.sampleLabels(logits, {classes, step: 1, targets})).toEqual(expected);
		expect(gnb.sampleLabels(logits, {classes, step: 1, targets: device.from(targets)})).toEqual(expected);
	});

	test('of a regression are its predictions with noise, the same in parts and on tensors', () => {
		const mean = Float32Array.from({length: 9}, (_, i) => i);
		const labels = gnb.sampleGaussian(mean, {step: 4, deviation: 0.01});
		labels.forEach((y, i) => expect(Math.abs(y - i)).toBeLessThan(0.06));
		expect(gnb.sampleGaussian(mean.subarray(2), {step: 4, deviation: 0.01, first: 2})).toEqual(labels.subarray(2));
		using tensor = gnb.sampleGaussian(device.from(mean, [3, 3]), {step: 4, deviation: 0.01});
		expect({shape: tensor.shape, numbers: tensor.toArray()}).toEqual({shape: [3, 3], numbers: labels});
		expect(gnb.sampleGaussian(mean, {step: 5, deviation: 0.01})).not.toEqual(labels);
		expect(mean[0]).toBe(0);
	});

	test('of a regression go on from one stream to the next', () => {
		const whole = gnb.sampleGaussian(new Float32Array(2 ** 20 + 3), {step: 1});
		expect(gnb.sampleGaussian(new Float32Array(5), {step: 1, first: 2 ** 20 - 2})).toEqual(whole.subarray(-5));
		expect(new Set(whole.subarray(-5)).size).toBe(5);
	});
});

test('an average has the factor B in it, and takes no gradient that is not finite', () => {
	const hessian = {a: Float32Array.of(4, 0), b: device.from([1])};
	const gradient = {b: Float32Array.of(3), a: Float32Array.of(0.5, -1)};
	expect(gnb.update(hessian, gradient, {tokens: 8, beta2: 0.75})).toEqual({
		skipped: false,
		negativeRate: 0,
		l1: 3.5 + 2 + 18.75,
		l2: Math.sqrt(3.5 ** 2 + 2 ** 2 + 18.75 ** 2),
	});
	expect([...hessian.a, ...hessian.b.toArray()]).toEqual([3.5, 2, 18.75]);
	for (const wrong of [NaN, Infinity, 1e30]) {
		const {skipped} = gnb.update(hessian, {...gradient, b: Float32Array.of(wrong)}, {tokens: 8});
		expect({skipped, a: [...hessian.a]}).toEqual({skipped: true, a: [3.5, 2]});
	}
	gnb.update(hessian, {a: new Float32Array(2), b: new Float32Array(1)}, {tokens: 8});
	expect(hessian.a[1]).toBeCloseTo(2 * 0.99);
});

test.each<[string, () => unknown, string]>([
	['no step', () => gnb.sampleLabels(logits, {classes} as never), '`step`'],
	['no options', () => gnb.sampleLabels(logits, undefined as never), '`options`'],
	['a step of 33 bits', () => gnb.sampleLabels(logits, {classes, step: 2 ** 32}), '`step`'],
	['an array without classes', () => gnb.sampleLabels(logits, {step: 1} as never), '`classes`'],
	[
		'columns that do not fit',
		() => gnb.sampleLabels(logits, {classes: 7, step: 1}),
		'rows of 7 columns, got 60 numbers',
	],
	['other columns', () => gnb.sampleLabels(device.zeros([2, 3]), {classes: 2, step: 1}), 'of the shape [2, 3]'],
	['too many columns', () => gnb.sampleLabels(new Float32Array(), {classes: 131073, step: 1}), '`classes`'],
	['integers', () => gnb.sampleLabels(device.zeros([2, 3], {dtype: 'i32'}) as never, {step: 1}), 'f32, got i32'],
	['an array of numbers', () => gnb.sampleLabels([1, 2] as never, {classes: 2, step: 1}), '`logits`'],
	['few targets', () => gnb.sampleLabels(logits, {classes, step: 1, targets: new Int32Array(3)}), '15 numbers of i32'],
	[
		'float targets',
		() => gnb.sampleLabels(logits, {classes, step: 1, targets: device.zeros([15]) as never}),
		'got 15 of f32',
	],
	['an unknown option', () => gnb.sampleLabels(logits, {classes, step: 1, row: 1} as never), '`row`'],
	['a first number of 35 bits', () => gnb.sampleGaussian(logits, {step: 1, first: 2 ** 35 - 59}), '`first`'],
	['no deviation', () => gnb.sampleGaussian(logits, {step: 1, deviation: 0}), '`deviation`'],
	['no tokens', () => gnb.update(new Float32Array(1), new Float32Array(1), {} as never), '`tokens`'],
	['tokens of 0', () => gnb.update(new Float32Array(1), new Float32Array(1), {tokens: 0}), '`tokens`'],
	['β₂ of 1', () => gnb.update(new Float32Array(1), new Float32Array(1), {tokens: 1, beta2: 1}), '`beta2`'],
])('refuses %s', (_, call, message) => {
	expect(call).toThrow(
		expect.objectContaining({code: 'ERR_SOPHIA_INVALID_ARGUMENT', message: expect.stringContaining(message)}),
	);
});
