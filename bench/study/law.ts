/**
How the best value of a hyperparameter goes with size and data: ln h = a - A ln N - B ln D, over tuned optima.

arXiv 2509.02046 fits h = α N^-A D^-B + β, which has a parameter more and missed held-out optima by 15 to 69 %. Optima
are few, and lie on a grid: what they do not determine is left out, and said.
*/

import {median} from '../statistics';

/** The optimum of a regime. */
export interface Optimum {
	/** N. */
	readonly parameters: number;
	/** D. */
	readonly tokens: number;
	/** h, 0 or above. */
	readonly value: number;
}

/** A fitted law. */
export interface HyperparameterLaw {
	/**
	What the optima determine: both exponents; one of them, where the other's variable does not change; `path` where
	both change together, as in regimes of one ratio, so that A stands for both and holds along that path alone; or none.
	*/
	readonly form: 'both' | 'parameters' | 'tokens' | 'path' | 'constant';
	/** A: what it falls with N by; 0 where it is not determined. */
	readonly ofParameters: number;
	/** B: what it falls with D by; 0 where it is not determined. */
	readonly ofTokens: number;
	/** The standard deviation of what the law leaves of ln h; NaN where as many optima as parameters leave nothing. */
	readonly residual: number;
	/** The regimes that it rests on. */
	readonly optima: readonly Optimum[];
	/** The value at a regime, before any grid. */
	readonly at: (parameters: number, tokens: number) => number;
}

/**
The law of these optima; undefined without any. Where one of them is 0, such as a weight decay, there is no logarithm,
and the median stands for all.
*/
export function lawOf(optima: readonly Optimum[]): HyperparameterLaw | undefined {
	const values = optima.map(({value}) => value);
	if (values.length === 0) {
		return undefined;
	}
	const [n, d, h] = [centred(optima.map((o) => o.parameters)), centred(optima.map((o) => o.tokens)), centred(values)];
	const form = values.every((value) => value > 0) ? formOf(n.offsets, d.offsets) : 'constant';
	const [ofParameters, ofTokens] = exponentsOf(form, n.offsets, d.offsets, h.offsets);
	const middle = form === 'constant' && values.includes(0) ? median(values) : Math.exp(h.middle);
	const at = (parameters: number, tokens: number) =>
		middle * (parameters / Math.exp(n.middle)) ** -ofParameters * (tokens / Math.exp(d.middle)) ** -ofTokens;
	const left = optima.map(({parameters, tokens, value}) => Math.log(value / at(parameters, tokens)));
	const freedom = optima.length - {both: 3, parameters: 2, tokens: 2, path: 2, constant: 1}[form];
	const residual = freedom > 0 && !values.includes(0) ? Math.sqrt(product(left, left) / freedom) : NaN;
	return {form, ofParameters, ofTokens, residual, optima, at};
}

/** Logarithms about their mean. */
function centred(values: readonly number[]) {
	const middle = values.reduce((sum, value) => sum + Math.log(value), 0) / values.length;
	return {middle, offsets: values.map((value) => Math.log(value) - middle)};
}

function formOf(n: readonly number[], d: readonly number[]): HyperparameterLaw['form'] {
	const [nn, dd, nd] = [product(n, n), product(d, d), product(n, d)];
	if (nn < nothing || dd < nothing) {
		return nn >= nothing ? 'parameters' : dd >= nothing ? 'tokens' : 'constant';
	}
	return 1 - (nd * nd) / (nn * dd) > leastApart ? 'both' : 'path';
}

/** Squares of logarithms that are no difference, and the part of N's and D's changes that must not be shared. */
const [nothing, leastApart] = [1e-9, 1e-3];

/** A and B by least squares. */
function exponentsOf(
	form: HyperparameterLaw['form'],
	n: readonly number[],
	d: readonly number[],
	h: readonly number[],
): [number, number] {
	const [nn, dd, nd, nh, dh] = [product(n, n), product(d, d), product(n, d), product(n, h), product(d, h)];
	switch (form) {
		case 'both':
			return [(nd * dh - dd * nh) / (nn * dd - nd * nd), (nd * nh - nn * dh) / (nn * dd - nd * nd)];
		case 'parameters':
		case 'path':
			return [-nh / nn, 0];
		case 'tokens':
			return [0, -dh / dd];
		case 'constant':
			return [0, 0];
	}
}

function product(a: readonly number[], b: readonly number[]): number {
	return a.reduce((sum, x, i) => sum + x * (b[i] ?? NaN), 0);
}

/** A value that a law says of a regime. */
export interface Prediction {
	/** On the grid. */
	readonly value: number;
	/** Before that. */
	readonly raw: number;
	/** How many times N and D are beyond those of the optima; 1 within them. */
	readonly extrapolation: {readonly parameters: number; readonly tokens: number};
}

/** What the law says of a regime, on the grid that `snap` puts it on. */
export function predict(
	law: HyperparameterLaw,
	{parameters, tokens}: Omit<Optimum, 'value'>,
	snap: (value: number) => number,
): Prediction {
	const raw = law.at(parameters, tokens);
	const beyond = (at: number, measured: readonly number[]) =>
		Math.max(1, at / Math.max(...measured), Math.min(...measured) / at);
	const extrapolation = {
		parameters: beyond(
			parameters,
			law.optima.map((optimum) => optimum.parameters),
		),
		tokens: beyond(
			tokens,
			law.optima.map((optimum) => optimum.tokens),
		),
	};
	return {value: snap(raw), raw, extrapolation};
}

/** How far a prediction is from the optimum that was found, as a part of that. */
export function relativeError(predicted: number, found: number): number {
	return predicted === found ? 0 : Math.abs(predicted / found - 1);
}

/** An optimum that was kept from the law, and what the law says of it. */
export interface HeldOut extends Prediction {
	readonly optimum: Optimum;
	/** Of the prediction before the grid. */
	readonly error: number;
}

/**
Predicts the regime of the most computation, N D, from all others, as the study checks its law; undefined where there
are no others.
*/
export function heldOut(optima: readonly Optimum[], snap: (value: number) => number): HeldOut | undefined {
	const [optimum, ...others] = [...optima].sort((a, b) => b.parameters * b.tokens - a.parameters * a.tokens);
	const law = lawOf(others);
	if (optimum === undefined || law === undefined) {
		return undefined;
	}
	const prediction = predict(law, optimum, snap);
	return {...prediction, optimum, error: relativeError(prediction.raw, optimum.value)};
}
