import {checkGradient, checkHessianVectorProduct} from '../../lib/derivatives';

/** f(x) = Σ sin(xᵢ) xᵢ₊₁, with its derivatives by hand. */
function waves(x: Float64Array): number {
	return x.reduce((sum, value, i) => sum + Math.sin(value) * (x[(i + 1) % x.length] ?? 0), 0);
}
function gradient(x: Float64Array): Float64Array {
	const n = x.length;
	return x.map((value, i) => Math.cos(value) * (x[(i + 1) % n] ?? 0) + Math.sin(x[(i + n - 1) % n] ?? 0));
}
function product(x: Float64Array, v: Float64Array): Float64Array {
	const n = x.length;
	const at = (y: Float64Array, i: number) => y[(i + n) % n] ?? 0;
	return x.map(
		(value, i) =>
			-Math.sin(value) * at(x, i + 1) * at(v, i) +
			Math.cos(value) * at(v, i + 1) +
			Math.cos(at(x, i - 1)) * at(v, i - 1),
	);
}
const at = Float64Array.from({length: 7}, (_, i) => i - 2.5);

describe('a gradient', () => {
	test('that is right is found to be', async () => {
		const {error, errors} = await checkGradient({loss: waves, gradient, at});
		expect(errors).toHaveLength(4);
		expect(error).toBeLessThan(1e-8);
	});

	test('in floats, and asynchronous', async () => {
		const loss = (x: Float32Array) => Promise.resolve(waves(Float64Array.from(x)));
		const inFloats = (x: Float32Array) => Promise.resolve(Float32Array.from(gradient(Float64Array.from(x))));
		const {error} = await checkGradient({loss, gradient: inFloats, at: Float32Array.from(at)});
		expect(error).toBeLessThan(1e-3);
	});

	test('where a float cannot take the whole step', async () => {
		const far = Float32Array.from(at, (x) => 1e4 + x);
		const loss = (x: Float32Array) => x.reduce((sum, value) => sum + value * value, 0);
		const {error} = await checkGradient({loss, gradient: (x: Float32Array) => x.map((value) => 2 * value), at: far});
		expect(error).toBeLessThan(1e-5);
	});

	test.each([
		['a sign', (g: Float64Array) => g.map((x, i) => (i === 3 ? -x : x))],
		['a factor', (g: Float64Array) => g.map((x) => 1.01 * x)],
		['nothing', (g: Float64Array) => g.fill(0)],
	])('that is wrong by %s is found out', async (_name, wrong) => {
		const {error} = await checkGradient({loss: waves, gradient: (x) => wrong(gradient(x)), at});
		expect(error).toBeGreaterThan(1e-3);
	});

	test('that is NaN is no small error', async () => {
		const {error} = await checkGradient({loss: waves, gradient: (x) => x.fill(NaN), at});
		expect(error).toBeNaN();
	});
});

describe('a product with the Hessian', () => {
	test('that is right is found to be, and symmetric', async () => {
		const {error, asymmetry} = await checkHessianVectorProduct({gradient, product, at});
		expect(error).toBeLessThan(1e-8);
		expect(asymmetry).toBeLessThan(1e-12);
	});

	test('that is wrong is found out', async () => {
		const wrong = (x: Float64Array, v: Float64Array) => product(x, v).map((y, i) => (i === 0 ? 2 * y : y));
		const {error, asymmetry} = await checkHessianVectorProduct({gradient, product: wrong, at});
		expect(error).toBeGreaterThan(1e-2);
		expect(asymmetry).toBeGreaterThan(1e-3);
	});
});

describe('what cannot be checked is refused', () => {
	const refused = expect.objectContaining({code: 'ERR_SOPHIA_INVALID_ARGUMENT'}) as Error;
	test.each([
		['no place', {loss: waves, gradient, at: [1, 2]}, {}],
		['an empty one', {loss: waves, gradient, at: new Float64Array()}, {}],
		['no loss', {gradient, at}, {}],
		['no gradient', {loss: waves, at}, {}],
		['a gradient of another length', {loss: waves, gradient: () => new Float64Array(3), at}, {}],
		['no direction', {loss: waves, gradient, at}, {directions: 0}],
		['a step of 0', {loss: waves, gradient, at}, {step: 0}],
		['an unknown option', {loss: waves, gradient, at}, {epsilon: 1}],
	])('%s', async (_name, problem, options) => {
		await expect(checkGradient(problem as never, options as never)).rejects.toThrow(refused);
	});
});
