/**
How the best value of a hyperparameter goes with size and data: ln h = a - A ln N - B ln D, over tuned optima.

arXiv 2509.02046 fits h = α N^-A D^-B + β, which has a parameter more and missed held-out optima by 15 to 69 %. Optima
are few, and lie on a grid: what they do not determine is left out, and said. Of the decay rate of an average h is its
distance to 1, so that no law says 1 or more.
*/

import type {Fitted} from '../candidates/axes';

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
	both change together, as in regimes of one ratio, so that A stands for both and holds along that path alone; none; or
	`mode`, where values have no law and the most frequent stands for all.
	*/
	readonly form: 'both' | 'parameters' | 'tokens' | 'path' | 'constant' | 'mode';
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

/** What is fitted, of a value and back. There is no decay rate below 0: an average cannot be shorter than none. */
export const quantities = {
	value: {of: (value: number) => value, back: (quantity: number) => quantity},
	distance: {of: (value: number) => 1 - value, back: (quantity: number) => Math.max(0, 1 - quantity)},
} as const;

/**
The law of these optima; undefined without any. Where one of them is 0, such as a weight decay, there is no logarithm,
and the most frequent value stands for all.

@param fitted what has a law
*/
export function lawOf(optima: readonly Optimum[], fitted: Fitted = 'value'): HyperparameterLaw | undefined {
	if (optima.length === 0) {
		return undefined;
	}
	const {of, back} = quantities[fitted === 'mode' ? 'value' : fitted];
	const fits = optima.map(({value}) => of(value));
	if (fitted === 'mode' || !fits.every((quantity) => quantity > 0)) {
		const value = modeOf(optima);
		return {form: 'mode', ofParameters: 0, ofTokens: 0, residual: NaN, optima, at: () => value};
	}
	const [n, d, h] = [centred(optima.map((o) => o.parameters)), centred(optima.map((o) => o.tokens)), centred(fits)];
	const form = formOf(n.offsets, d.offsets);
	const [ofParameters, ofTokens] = exponentsOf(form, n.offsets, d.offsets, h.offsets);
	const quantityAt = (parameters: number, tokens: number) =>
		Math.exp(h.middle - ofParameters * (Math.log(parameters) - n.middle) - ofTokens * (Math.log(tokens) - d.middle));
	const left = optima.map(({parameters, tokens}, i) => Math.log((fits[i] ?? NaN) / quantityAt(parameters, tokens)));
	const freedom = optima.length - {both: 3, parameters: 2, tokens: 2, path: 2, constant: 1}[form];
	const residual = freedom > 0 ? Math.sqrt(product(left, left) / freedom) : NaN;
	return {form, ofParameters, ofTokens, residual, optima, at: (...place) => back(quantityAt(...place))};
}

/** The value that most have; of those that as many have, that of the most computation. */
function modeOf(optima: readonly Optimum[]): number {
	const votes = ({value}: Optimum) => optima.filter((other) => other.value === value).length;
	const [first] = [...optima].sort((a, b) => votes(b) - votes(a) || computationOf(b) - computationOf(a));
	return first?.value ?? NaN;
}

/** Of a run, up to a factor: N D. */
export const computationOf = ({parameters, tokens}: Omit<Optimum, 'value'>): number => parameters * tokens;

/** Logarithms about their mean. */
function centred(values: readonly number[]) {
	const middle = values.reduce((sum, value) => sum + Math.log(value), 0) / values.length;
	return {middle, offsets: values.map((value) => Math.log(value) - middle)};
}

/** What has a law. */
type Form = Exclude<HyperparameterLaw['form'], 'mode'>;

function formOf(n: readonly number[], d: readonly number[]): Form {
	const [nn, dd, nd] = [product(n, n), product(d, d), product(n, d)];
	if (nn < nothing || dd < nothing) {
		return nn >= nothing ? 'parameters' : dd >= nothing ? 'tokens' : 'constant';
	}
	return 1 - (nd * nd) / (nn * dd) > leastApart ? 'both' : 'path';
}

/** Squares of logarithms that are no difference, and the part of N's and D's changes that must not be shared. */
const [nothing, leastApart] = [1e-9, 1e-3];

/** A and B by least squares. */
function exponentsOf(form: Form, n: readonly number[], d: readonly number[], h: readonly number[]): [number, number] {
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
