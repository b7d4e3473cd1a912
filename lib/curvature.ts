/** What is known of a model's curvature without its matrix: the diagonal, the trace, and how they are spread. */
import {count, instance, object, oneOf, withDefaults} from './check';
import {nativeExamples, passDefaults, type Examples, type PassOptions} from './examples';
import {wrapAsync} from './errors';
import {Gpt2, nativeOf} from './gpt2';
import {distributions, type Distribution} from './optimizers/optimizer';
import type {ParameterVector} from './vector';

/** The estimates of a diagonal: of the Hessian's, or of the Gauss-Newton matrix's. */
export const estimators = ['hutchinson', 'gnb'] as const;

/** How a diagonal is estimated. */
export interface DiagonalOptions extends PassOptions {
	/**
	`hutchinson`: u ⊙ Hu for random u, which estimates the Hessian's diagonal. `gnb`: B ĝ² for the gradient ĝ at labels
	drawn from the model at B positions, which estimates the Gauss-Newton matrix's and is never negative.

	@default 'hutchinson'
	*/
	readonly estimator?: (typeof estimators)[number];
	/** Draws that are averaged. @default 10 */
	readonly probes?: number;
	/** Hutchinson's: what the numbers of u are. Signs have less variance. @default 'rademacher' */
	readonly distribution?: Distribution;
}

export const diagonalDefaults: Required<DiagonalOptions> = {
	...passDefaults,
	estimator: 'hutchinson',
	probes: 10,
	distribution: 'rademacher',
};

/** A mean with the standard error that its draws show; NaN for a single draw. */
export interface Estimate {
	/** Over the draws. */
	readonly mean: number;
	/** Its standard error. */
	readonly error: number;
}

/** What is known of a diagonal from draws of it. */
export interface Diagonal {
	/** The mean estimate of every element. */
	readonly diagonal: ParameterVector;
	/** The trace of the matrix. */
	readonly trace: Estimate;
}

/**
The diagonal of the Hessian or of the Gauss-Newton matrix of the mean loss, averaged over draws, and the trace. Liu et al.
2023, Algorithms 1 and 2, https://arxiv.org/abs/2305.14342

@throws TypeError, RangeError `ERR_SOPHIA_INVALID_ARGUMENT`

@example
```
const {diagonal, trace} = await hessianDiagonal(model, await model.examples(data), {probes: 20});
console.log(trace.mean, '±', trace.error, diagonal.tensor('wte.weight'));
```
*/
export async function hessianDiagonal(
	model: Gpt2,
	examples: Examples,
	options: DiagonalOptions = {},
): Promise<Diagonal> {
	instance('model', model, Gpt2, 'a Gpt2');
	const {estimator, probes, distribution, ...passes} = withDefaults(object('options', options), diagonalDefaults);
	const choice = {
		estimator: oneOf('estimator', estimator, estimators),
		distribution: oneOf('distribution', distribution, distributions),
		probes: count('probes', probes),
	};
	const settled = nativeExamples(examples, passes, model.config);
	const {mean, traces} = await wrapAsync(() => nativeOf(model).hessianDiagonal(settled, choice));
	return {diagonal: model.vector(mean), trace: estimate(traces)};
}

/** The mean of independent draws and its standard error. */
export function estimate(draws: readonly number[]): Estimate {
	const mean = draws.reduce((sum, x) => sum + x, 0) / draws.length;
	const squares = draws.reduce((sum, x) => sum + (x - mean) ** 2, 0);
	return {mean, error: Math.sqrt(squares / (draws.length - 1) / draws.length)};
}

/** The values below which the given parts of the numbers lie, with linear interpolation between neighbours. */
export function quantiles(values: Float32Array, parts: readonly number[]): number[] {
	const sorted = values.slice().sort();
	return parts.map((part) => {
		const place = part * (sorted.length - 1);
		const below = sorted[Math.floor(place)] ?? NaN;
		const above = sorted[Math.ceil(place)] ?? NaN;
		return below + (above - below) * (place - Math.floor(place));
	});
}

/** One bin of a histogram: the numbers x with low ≤ |x| < high, apart by sign. */
export interface Bin {
	readonly low: number;
	readonly high: number;
	readonly negative: number;
	readonly positive: number;
}

/** Numbers counted by the power of ten of their size, from the largest down; the last bin has all the smaller ones, and 0. */
export function decades(values: Float32Array, most = 12): Bin[] {
	const exponents = Array.from(values, (x) => (x === 0 ? -Infinity : Math.floor(Math.log10(Math.abs(x)))));
	const top = exponents.reduce((a, b) => Math.max(a, b), -Infinity);
	if (top === -Infinity) {
		return [{low: 0, high: Infinity, negative: 0, positive: values.length}];
	}
	const counts = Array.from({length: most}, () => ({negative: 0, positive: 0}));
	exponents.forEach((exponent, i) => {
		const bin = counts[Math.min(top - exponent, most - 1)];
		if (bin !== undefined) bin[(values[i] ?? 0) < 0 ? 'negative' : 'positive']++;
	});
	return counts.map((bin, i) => ({
		low: i === most - 1 ? 0 : 10 ** (top - i),
		high: 10 ** (top - i + 1),
		...bin,
	}));
}
