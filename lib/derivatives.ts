/**
Whether the derivatives of a caller's own model are right, held against central differences along random directions:
f(x + εv) − f(x − εv) against the gradient times the way between the two, as it was rounded, and the same of the gradient
for the Hessian. Their error is of the order of ε², and of the rounding of f over ε.
*/
import {callable, count, integer, knownKeys, object, positive} from './check';
import {defaultSeed} from './config';
import {argumentError} from './errors';

/** A point that a function is looked at, in the precision that it is computed in. */
export type Vector = Float32Array | Float64Array;
/** What derivatives may be: arrays and typed arrays alike, as long as the point. */
export type Derivative = ArrayLike<number>;

/** A function of many variables, its gradient, and where they are looked at. Each may be asynchronous. */
export interface GradientProblem<V extends Vector> {
	/** f. */
	readonly loss: (x: V) => number | Promise<number>;
	/** ∇f. */
	readonly gradient: (x: V) => Derivative | Promise<Derivative>;
	/** Where. */
	readonly at: V;
}

/** The same for products of the Hessian with a vector. */
export interface ProductProblem<V extends Vector> {
	/** ∇f. */
	readonly gradient: (x: V) => Derivative | Promise<Derivative>;
	/** The Hessian at x times v. */
	readonly product: (x: V, v: V) => Derivative | Promise<Derivative>;
	/** Where. */
	readonly at: V;
}

/** How a check looks. */
export interface DerivativeOptions {
	/** Random directions of signs that are tried. @default 4 */
	readonly directions?: number;
	/** ε. @default the cube root of the type's precision: 6e-6 for a Float64Array, 5e-3 for a Float32Array */
	readonly step?: number;
	/** @default 1337 */
	readonly seed?: number;
}

/** What a check found. */
export interface DerivativeCheck {
	/** The greatest of the errors: around 1e-9 for right derivatives in double, 1e-3 in float; 1 for wrong ones. */
	readonly error: number;
	/** Of each direction, relative. */
	readonly errors: readonly number[];
}

/** Of products, the symmetry of the Hessian as well. */
export interface ProductCheck extends DerivativeCheck {
	/** |uᵀHv − vᵀHu| / (‖u‖ ‖Hv‖), the greatest. */
	readonly asymmetry: number;
}

/**
Holds a gradient against the loss.

@example
```
const {error} = await checkGradient({
	loss: (x) => x[0] ** 2,
	gradient: (x) => Float64Array.of(2 * x[0]),
	at: Float64Array.of(3),
});
```
@throws TypeError, RangeError `ERR_SOPHIA_INVALID_ARGUMENT`, also for a gradient of another length.
*/
export async function checkGradient<V extends Vector>(
	problem: GradientProblem<V>,
	options: DerivativeOptions = {},
): Promise<DerivativeCheck> {
	const {loss, gradient, at} = problem;
	callable('loss', loss);
	const {step, directions} = settle(at, options);
	const g = sameLength('gradient', await callable('gradient', gradient)(copy(at)), at);
	const errors: number[] = [];
	for (const v of directions.slice(1)) {
		const {ahead, behind, way} = around(at, v, step);
		errors.push(apart([dot(g, way)], [(await loss(ahead)) - (await loss(behind))]));
	}
	return {error: worst(errors), errors};
}

/**
Holds products of the Hessian with vectors against the gradient, and against each other.

@example
```
const {error, asymmetry} = await checkHessianVectorProduct({
	gradient: (x) => Float64Array.of(3 * x[0] ** 2),
	product: (x, v) => Float64Array.of(6 * x[0] * v[0]),
	at: Float64Array.of(3),
});
```
@throws TypeError, RangeError `ERR_SOPHIA_INVALID_ARGUMENT`, also for a product of another length.
*/
export async function checkHessianVectorProduct<V extends Vector>(
	problem: ProductProblem<V>,
	options: DerivativeOptions = {},
): Promise<ProductCheck> {
	const {gradient, product, at} = problem;
	callable('gradient', gradient);
	callable('product', product);
	const {step, directions} = settle(at, options);
	const [u = at, ...others] = directions;
	const times = async (v: V) => sameLength('product', await product(copy(at), copy(v)), at);
	const hu = await times(u);
	const errors: number[] = [];
	const asymmetries: number[] = [];
	for (const v of others) {
		const {ahead, behind, way} = around(at, v, step);
		const after = sameLength('gradient', await gradient(ahead), at);
		const before = sameLength('gradient', await gradient(behind), at);
		const hv = await times(way);
		errors.push(
			apart(
				hv,
				Array.from(after, (x, i) => x - (before[i] ?? NaN)),
			),
		);
		asymmetries.push(asymmetry(u, hu, way, hv));
	}
	return {error: worst(errors), errors, asymmetry: worst(asymmetries)};
}

function settle<V extends Vector>(at: V, options: DerivativeOptions): {step: number; directions: readonly V[]} {
	knownKeys(object('options', options), ['directions', 'step', 'seed']);
	if (!(at instanceof Float32Array || at instanceof Float64Array) || at.length === 0) {
		throw argumentError('type', 'Expected `at` to be a Float32Array or a Float64Array with a number');
	}
	const precision = at instanceof Float64Array ? 2 ** -52 : 2 ** -23;
	const random = signs(integer('seed', options.seed ?? defaultSeed));
	const many = count('directions', options.directions ?? 4);
	return {
		step: positive('step', options.step ?? Math.cbrt(precision)),
		directions: Array.from({length: many + 1}, () => filled(at, random)), // the first is there for symmetry alone
	};
}

function copy<V extends Vector>(x: V): V {
	return x.slice() as V;
}

function moved<V extends Vector>(x: V, v: V, by: number): V {
	return filled(x, (i) => (x[i] ?? NaN) + by * (v[i] ?? NaN));
}

/** x + εv and x − εv, and the way between the two as it was rounded. */
function around<V extends Vector>(x: V, v: V, step: number): {ahead: V; behind: V; way: V} {
	const [ahead, behind] = [moved(x, v, step), moved(x, v, -step)];
	return {ahead, behind, way: filled(x, (i) => (ahead[i] ?? NaN) - (behind[i] ?? NaN))};
}

/** A vector of that type and length. */
function filled<V extends Vector>(like: V, value: (i: number) => number): V {
	const to = copy(like);
	for (let i = 0; i < to.length; i++) {
		to[i] = value(i);
	}
	return to;
}

function sameLength(name: string, given: unknown, {length}: Vector): Derivative {
	const {length: found = 'nothing'} = (given ?? {}) as {length?: number};
	if (found !== length) {
		throw argumentError('range', `Expected \`${name}\` to give ${length} numbers, got ${found}`);
	}
	return given as Derivative;
}

function dot(a: Derivative, b: Derivative): number {
	let sum = 0;
	for (let i = 0; i < a.length; i++) {
		sum += (a[i] ?? NaN) * (b[i] ?? NaN);
	}
	return sum;
}

/** ‖a − b‖ over the larger of ‖a‖ and ‖b‖; 0 where both are. */
function apart(a: Derivative, b: Derivative): number {
	const difference = Array.from(a, (x, i) => x - (b[i] ?? NaN));
	const size = Math.max(dot(a, a), dot(b, b));
	return size === 0 ? 0 : Math.sqrt(dot(difference, difference) / size);
}

function asymmetry(u: Derivative, hu: Derivative, v: Derivative, hv: Derivative): number {
	const size = Math.sqrt(dot(u, u) * dot(hv, hv));
	return size === 0 ? 0 : Math.abs(dot(u, hv) - dot(v, hu)) / size;
}

/** The greatest, or NaN where there is one. */
function worst(errors: readonly number[]): number {
	return Math.max(...errors);
}

/** Signs from a xorshift generator, Marsaglia 2003, https://doi.org/10.18637/jss.v008.i14. */
function signs(seed: number): () => number {
	let state = (seed % 0xffffffff) + 1;
	return () => {
		state ^= state << 13;
		state ^= state >>> 17;
		state ^= state << 5;
		return state & 0x10000 ? 1 : -1;
	};
}
