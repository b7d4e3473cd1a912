/**
L = β + α D^-B, of one optimizer or of several that share β and B.

Hoffmann et al. 2022, https://arxiv.org/abs/2203.15556, eq. 2, at one size of model. For a given B it is linear in the
rest, which is eliminated (variable projection, Golub and Pereyra 1973, https://doi.org/10.1137/0710036): what is left
is a search in one dimension, which cannot end in a valley that is not the deepest, as a descent in three can.
*/
import {minimize} from './minimize';

const {exp, log, max, min} = Math;

/** A measured mean. */
export interface Point {
	/** D, in whatever unit: α is the part of the loss that is left to learn after one of it. */
	readonly data: number;
	readonly loss: number;
	/** 1/σ² of the mean, or any multiple of it that is the same for all. */
	readonly weight: number;
}

/** Curves that share β, each with its own α, and with B shared or not. */
export interface PowerLaw {
	/** What no amount of data removes, in nats per token. */
	readonly beta: number;
	/** Of each curve, above 0. */
	readonly alphas: readonly number[];
	/** B of each curve: all alike where it is shared. */
	readonly exponents: readonly number[];
	/** What the fit leaves: Σ w (L - fit)². */
	readonly squares: number;
	/** Whether some B is at a bound, so that the data do not determine it. */
	readonly bounded: boolean;
}

/** B below which β goes to -∞, and above which nothing but the first point is on the slope. */
export const exponents = {low: 0.1, high: 1.5};

/** Places at which the search begins; B within a search for β has a smooth valley. */
const [points, fewPoints] = [15, 6];

/** An α that is no slope but what rounding leaves, in nats. */
const rounding = 1e-12;

/** Points of a curve, with the logarithm of their data, which every B needs. */
type Places = readonly (Point & {readonly log: number})[];

/**
The law of curves with one B between them, by least squares; undefined where one of them does not fall, or where fewer
than three amounts of data were measured: two do not tell B from β.
*/
export function fitShared(curves: readonly (readonly Point[])[]): PowerLaw | undefined {
	if (new Set(curves.flat().map(({data}) => data)).size < 3) {
		return undefined;
	}
	const [places, middle] = placed(curves);
	const {x, cost} = minimize((exponent) => lawOf(places, exponent)?.squares ?? Infinity, low, high, points);
	const law = cost === Infinity ? undefined : lawOf(places, x);
	return law && {...law, beta: law.beta + middle};
}

const {low, high} = exponents;

/** The law for a given B: β and the αs are linear in it. */
function lawOf(curves: readonly Places[], exponent: number): PowerLaw | undefined {
	const sums = curves.map((curve) => sumsOf(curve, exponent));
	let [over, under] = [0, 0];
	for (const {w, z, zz, l, zl} of sums) {
		over += l - (z * zl) / zz;
		under += w - (z * z) / zz;
	}
	const beta = over / under;
	const alphas = sums.map((sum) => alphaOf(sum, beta));
	if (!alphas.every((alpha) => alpha > rounding)) {
		return undefined;
	}
	const squares = sums.reduce((total, sum) => total + squaresOf(sum, beta), 0);
	return {beta, alphas, exponents: alphas.map(() => exponent), squares, bounded: isBound(exponent)};
}

/** Sums over a curve for some B: of weights, of D^-B, of its squares, of losses, of their squares, of both. */
interface Sums {
	readonly w: number;
	readonly z: number;
	readonly zz: number;
	readonly l: number;
	readonly ll: number;
	readonly zl: number;
}

function sumsOf(curve: Places, exponent: number): Sums {
	let [w, z, zz, l, ll, zl] = [0, 0, 0, 0, 0, 0];
	for (const {log, loss, weight} of curve) {
		const power = exp(-exponent * log);
		w += weight;
		z += weight * power;
		zz += weight * power * power;
		l += weight * loss;
		ll += weight * loss * loss;
		zl += weight * power * loss;
	}
	return {w, z, zz, l, ll, zl};
}

/** α of a curve by least squares, under a given β. */
function alphaOf({z, zz, zl}: Sums, beta: number): number {
	return (zl - beta * z) / zz;
}

/** What α leaves of the squares of a curve, under a given β; rounding may not make it negative. */
function squaresOf({w, z, zz, l, ll, zl}: Sums, beta: number): number {
	return max(0, ll - 2 * beta * l + beta * beta * w - (zl - beta * z) ** 2 / zz);
}

/**
The law of curves that share β alone, each with a B of its own; undefined where a curve has fewer than two points. Here
β is searched for, as B is for each curve under it.
*/
export function fitApart(curves: readonly (readonly Point[])[]): PowerLaw | undefined {
	const losses = curves.flat().map(({loss}) => loss);
	const [least, most] = [min(...losses), max(...losses)];
	if (new Set(curves.flat().map(({data}) => data)).size < 3 || curves.some((curve) => curve.length < 2)) {
		return undefined;
	}
	const [places, middle] = placed(curves);
	const depth = log(most - least);
	const under = (below: number) => {
		const beta = least - middle - exp(below);
		const cost = (curve: Places) => (exponent: number) => squaresOf(sumsOf(curve, exponent), beta);
		const best = places.map((curve) => minimize(cost(curve), low, high, fewPoints));
		return {beta, best, squares: best.reduce((sum, {cost}) => sum + cost, 0)};
	};
	const {x} = minimize((below) => under(below).squares, depth + log(1e-3), depth + log(1e2), points);
	const {beta, best, squares} = under(x);
	const alphas = best.map(({x: exponent}, i) => alphaOf(sumsOf(places[i] ?? [], exponent), beta));
	const exponents = best.map(({x: exponent}) => exponent);
	const law = {beta: beta + middle, alphas, exponents, squares, bounded: exponents.some(isBound)};
	return squares < Infinity && alphas.every((alpha) => alpha > rounding) ? law : undefined;
}

/** The curves about the middle of their losses, so that sums of squares keep their digits, and that middle. */
function placed(curves: readonly (readonly Point[])[]): [Places[], number] {
	const losses = curves.flat().map(({loss}) => loss);
	const middle = losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
	const about = ({data, loss, weight}: Point) => ({data, loss: loss - middle, weight, log: log(data)});
	return [curves.map((curve) => curve.map(about)), middle];
}

function isBound(exponent: number): boolean {
	const nearly = 1e-4 * (high - low);
	return exponent < low + nearly || exponent > high - nearly;
}
