/** The largest eigenvalues of a matrix that is known by its products only. */
import {callable, count, float32Array, object, withDefaults} from './check';
import {symmetricEigen} from './eigen';
import {argumentError} from './errors';
import {checkValues} from './vector';

/** An eigenvalue as Lanczos' method sees it: a true one lies within `error`, which counts the rounding of float32. */
export interface RitzValue {
	/** The eigenvalue. */
	readonly value: number;
	/** How far the true one may be. */
	readonly error: number;
}

/** How far Lanczos' method goes. */
export interface LanczosOptions {
	/** Products; the outermost eigenvalues come first, each within some ten to twenty. @default 20 */
	readonly steps?: number;
}

const defaults: Required<LanczosOptions> = {steps: 20};

/** The distance from 1 to the next float. */
const float32Epsilon = 2 ** -23;

/** Smaller against the first product, and the vectors span all that the matrix reaches from the first one. */
const exhausted = 1e-6;

/**
Eigenvalues of a symmetric matrix, largest first, by Lanczos' method (1950, https://doi.org/10.6028/jres.045.026) with
every vector made orthogonal to all before it, twice. It keeps `steps` vectors of the size of `start`.

@param multiply the product of the matrix with a vector of norm 1
@param start a vector with a part along every eigenvector that matters, such as a random one
@throws TypeError, RangeError `ERR_SOPHIA_INVALID_ARGUMENT` for a start of zero, and for a product of another length

@example
```
const start = await model.probe({distribution: 'gaussian'});
const [top] = await lanczos(async (v) => (await model.hessianVectorProduct(examples, v)).product.values, start.values);
```
*/
export async function lanczos(
	multiply: (vector: Float32Array) => Promise<Float32Array>,
	start: Float32Array,
	options: LanczosOptions = {},
): Promise<RitzValue[]> {
	callable('multiply', multiply);
	float32Array('start', start);
	const steps = Math.min(count('steps', withDefaults(object('options', options), defaults).steps), start.length);
	const norm = length(start);
	if (!(norm > 0 && norm < Infinity)) {
		throw argumentError('range', `Expected \`start\` to have a positive and finite norm, got \`${norm}\``);
	}
	const basis = [scaled(start, 1 / norm)];
	const diagonal: number[] = [];
	const beside: number[] = [];
	for (let step = 0; step < steps; step++) {
		const last = basis[step] ?? start;
		const next = checkValues(await multiply(last), start.length).slice();
		diagonal.push(dot(next, last));
		orthogonalize(next, basis);
		const left = length(next);
		beside.push(left);
		if (left <= exhausted * Math.hypot(...diagonal, ...beside)) {
			break;
		}
		basis.push(scaled(next, 1 / left));
	}
	return ritzValues(diagonal, beside);
}

/** Of the tridiagonal matrix; the last of `beside` bounds what the next step would still move. */
function ritzValues(diagonal: readonly number[], beside: readonly number[]): RitzValue[] {
	const n = diagonal.length;
	const matrix = diagonal.map((value, i) => {
		const row = new Float64Array(n);
		row[i] = value;
		if (i > 0) row[i - 1] = beside[i - 1] ?? NaN;
		if (i + 1 < n) row[i + 1] = beside[i] ?? NaN;
		return row;
	});
	const {values, vectors} = symmetricEigen(matrix);
	const left = beside[n - 1] ?? NaN;
	const rounding = float32Epsilon * Math.max(...values.map(Math.abs));
	return Array.from(values, (value, i) => {
		const bound = Math.abs(left * (vectors[i]?.[n - 1] ?? NaN));
		return {value, error: bound + rounding};
	});
}

/** Takes the parts along the basis off x; twice, because rounding leaves something the first time. */
function orthogonalize(x: Float32Array, basis: readonly Float32Array[]): void {
	for (let round = 0; round < 2; round++) {
		for (const vector of basis) {
			const part = dot(x, vector);
			for (let i = 0; i < x.length; i++) {
				x[i] = (x[i] ?? NaN) - part * (vector[i] ?? NaN);
			}
		}
	}
}

function dot(x: Float32Array, y: Float32Array): number {
	let sum = 0;
	for (let i = 0; i < x.length; i++) {
		sum += (x[i] ?? NaN) * (y[i] ?? NaN);
	}
	return sum;
}

const length = (x: Float32Array) => Math.sqrt(dot(x, x));

const scaled = (x: Float32Array, factor: number) => x.map((value) => value * factor);
