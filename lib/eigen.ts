/** Eigenvalues and eigenvectors of a small symmetric matrix. */

/** Largest first; `vectors[i]` has norm 1 and belongs to `values[i]`. */
export interface Eigen {
	readonly values: Float64Array;
	readonly vectors: readonly Float64Array[];
}

/** Sweeps after which every matrix has converged long ago: each one squares what is left off the diagonal. */
const mostSweeps = 30;

/**
By Jacobi's rotations, which turn one element off the diagonal to zero at a time (Golub & Van Loan, Matrix Computations,
4th edition, section 8.5). Cubic in the size: for matrices of a few hundred rows at most.
*/
export function symmetricEigen(matrix: readonly Float64Array[]): Eigen {
	const a = matrix.map((row) => Float64Array.from(row));
	const v = a.map((_, i) => Float64Array.from(a, (_row, j) => (i === j ? 1 : 0)));
	for (let sweep = 0; sweep < mostSweeps && offDiagonal(a) > Number.EPSILON * size(a); sweep++) {
		for (let p = 0; p < a.length; p++) {
			for (let q = p + 1; q < a.length; q++) {
				rotate(a, v, p, q);
			}
		}
	}
	const order = a.map((_, i) => i).sort((i, j) => at(a, j, j) - at(a, i, i));
	return {values: Float64Array.from(order, (i) => at(a, i, i)), vectors: order.map((i) => v[i] ?? new Float64Array())};
}

const at = (a: readonly Float64Array[], i: number, j: number) => a[i]?.[j] ?? NaN;

const size = (a: readonly Float64Array[]) => Math.hypot(...a.map((row) => Math.hypot(...row)));

const offDiagonal = (a: readonly Float64Array[]) =>
	Math.hypot(...a.map((row, i) => Math.hypot(...row.filter((_, j) => j !== i))));

/** Turns rows and columns p and q so that a[p][q] becomes 0; the rows of v turn along. */
function rotate(a: readonly Float64Array[], v: readonly Float64Array[], p: number, q: number): void {
	const off = at(a, p, q);
	if (off === 0) {
		return;
	}
	const theta = (at(a, q, q) - at(a, p, p)) / (2 * off);
	const tangent = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.hypot(theta, 1));
	const cosine = 1 / Math.hypot(tangent, 1);
	const sine = tangent * cosine;
	for (const row of a) {
		turn(row, p, row, q, cosine, sine);
	}
	for (const rows of [a, v]) {
		const [x = new Float64Array(), y = new Float64Array()] = [rows[p], rows[q]];
		for (let i = 0; i < x.length; i++) {
			turn(x, i, y, i, cosine, sine);
		}
	}
}

function turn(x: Float64Array, i: number, y: Float64Array, j: number, cosine: number, sine: number): void {
	const [s = NaN, t = NaN] = [x[i], y[j]];
	x[i] = cosine * s - sine * t;
	y[j] = sine * s + cosine * t;
}
