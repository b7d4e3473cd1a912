/**
Problems whose condition number κ is known: coordinates z with curvatures λ from 1 to κ, at equal distances of their
logarithms. Each begins with the same part ½ of the loss, far out where it is flat and near where it is sharp: z = 1/√λ. A
step that suits the sharpest is too small for the flattest by √κ.

	separable   ½ Σ λᵢ xᵢ²
	rotated     the same of z = Qᵀx, with a random orthogonal matrix Q: no coordinate has a curvature of its own
	saddle      the flattest is a double well, (x² − 2)²/8, and begins a thousandth from the top, where its curvature is −1
*/
import {hutchinson} from 'sophia-native';

export const problems = ['separable', 'rotated', 'saddle'] as const;

/** What is descended. */
export interface Sort {
	readonly problem: (typeof problems)[number];
	/** The condition number κ, at least 1. */
	readonly condition: number;
	/** Coordinates, at least 2. */
	readonly size: number;
	/** Of the basis of a rotated one. */
	readonly seed: number;
}

/** Where the descent of a double well begins. */
const fromTheTop = 1e-3;

/** A function of a vector, and its derivatives. They are summed in double, and stored as optimizers have them. */
export interface Quadratic {
	readonly sort: Sort;
	/** Where everybody begins. */
	readonly start: Float32Array;
	/** Writes the gradient. @returns the loss above the least */
	gradient(x: Float32Array, gradient: Float32Array): number;
	/** Writes the diagonal of the Hessian. */
	diagonal(x: Float32Array, diagonal: Float32Array): void;
	/** Writes the product of the Hessian with a vector. */
	product(x: Float32Array, u: Float32Array, product: Float32Array): void;
}

/** The problem of a sort. */
export function makeQuadratic(sort: Sort): Quadratic {
	const {condition, size, problem} = sort;
	const curvatures = Float64Array.from({length: size}, (_, i) => condition ** (i / (size - 1)));
	return problem === 'rotated' ? rotated(sort, curvatures) : upright(sort, curvatures, problem === 'saddle');
}

/** Every coordinate by itself. */
function upright(sort: Sort, curvatures: Float64Array, saddle: boolean): Quadratic {
	const start = Float32Array.from(curvatures, (curvature) => 1 / Math.sqrt(curvature));
	if (saddle) {
		start[0] = fromTheTop;
	}
	const curvatureAt = (x: Float32Array, i: number) =>
		saddle && i === 0 ? 1.5 * (x[0] ?? NaN) ** 2 - 1 : (curvatures[i] ?? NaN);
	return {
		sort,
		start,
		gradient(x, gradient) {
			let loss = 0;
			for (let i = 0; i < x.length; i++) {
				const [at, curvature] = [x[i] ?? NaN, curvatures[i] ?? NaN];
				const tops = saddle && i === 0;
				loss += tops ? (at * at - 2) ** 2 / 8 : (curvature * at * at) / 2;
				gradient[i] = tops ? (at * (at * at - 2)) / 2 : curvature * at;
			}
			return loss;
		},
		diagonal: (x, diagonal) => diagonal.forEach((_, i) => (diagonal[i] = curvatureAt(x, i))),
		product: (x, u, product) => u.forEach((each, i) => (product[i] = curvatureAt(x, i) * each)),
	};
}

/** The same in another basis, Q: the Hessian is Q Λ Qᵀ, everywhere. */
function rotated(sort: Sort, curvatures: Float64Array): Quadratic {
	const {size, seed} = sort;
	const basis = randomBasis(size, seed);
	const hessian = Array.from({length: size}, () => new Float64Array(size));
	const start = new Float64Array(size);
	basis.forEach((column, i) => {
		const curvature = curvatures[i] ?? NaN;
		column.forEach((each, row) => {
			start[row] = (start[row] ?? NaN) + each / Math.sqrt(curvature);
			hessian[row]?.forEach((sum, other, to) => (to[other] = sum + curvature * each * (column[other] ?? NaN)));
		});
	});
	const times = (x: Float32Array, product: Float32Array) => {
		let form = 0;
		for (let row = 0; row < size; row++) {
			const sum = dot(hessian[row] ?? start, x);
			product[row] = sum;
			form += sum * (x[row] ?? NaN);
		}
		return form;
	};
	return {
		sort,
		start: Float32Array.from(start),
		gradient: (x, gradient) => times(x, gradient) / 2,
		diagonal: (_x, diagonal) => diagonal.forEach((_, row) => (diagonal[row] = hessian[row]?.[row] ?? NaN)),
		product: (_x, u, product) => void times(u, product),
	};
}

/** Columns of normal numbers, made orthogonal one after the other: twice, so that rounding leaves nothing. */
function randomBasis(size: number, seed: number): readonly Float64Array[] {
	using drawn = hutchinson.probe([size, size], {step: 0, seed, distribution: 'gaussian'});
	const numbers = drawn.toArray();
	const basis: Float64Array[] = [];
	for (let i = 0; i < size; i++) {
		const column = Float64Array.from(numbers.subarray(i * size, (i + 1) * size));
		for (const other of [...basis, ...basis]) {
			const part = dot(column, other);
			column.forEach((each, row) => (column[row] = each - part * (other[row] ?? NaN)));
		}
		const norm = Math.sqrt(dot(column, column));
		basis.push(column.map((each) => each / norm));
	}
	return basis;
}

function dot(a: Float64Array, b: Float32Array | Float64Array): number {
	let sum = 0;
	for (let i = 0; i < a.length; i++) {
		sum += (a[i] ?? NaN) * (b[i] ?? NaN);
	}
	return sum;
}
