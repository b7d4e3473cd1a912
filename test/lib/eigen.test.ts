import {symmetricEigen} from '../../lib/eigen';

const matrix = (...rows: number[][]) => rows.map((row) => Float64Array.from(row));

describe('the eigenvalues of a symmetric matrix', () => {
	test('of two rows are those of the closed form', () => {
		const {values, vectors} = symmetricEigen(matrix([2, 1], [1, 2]));
		expect(values[0]).toBeCloseTo(3, 14);
		expect(values[1]).toBeCloseTo(1, 14);
		expect(Math.abs(vectors[0]?.[0] ?? 0)).toBeCloseTo(Math.SQRT1_2, 14);
	});

	test('of a second difference are 2 − 2 cos(kπ/(n+1))', () => {
		const n = 40;
		const rows = Array.from({length: n}, (_, i) =>
			Float64Array.from({length: n}, (_value, j) => (i === j ? 2 : Math.abs(i - j) === 1 ? -1 : 0)),
		);
		const {values} = symmetricEigen(rows);
		values.forEach((value, i) => {
			expect(value).toBeCloseTo(2 - 2 * Math.cos(((n - i) * Math.PI) / (n + 1)), 12);
		});
	});

	test('have the vectors that they belong to, each of norm 1', () => {
		const rows = matrix([4, -2, 0.5], [-2, 1, 3], [0.5, 3, -5]);
		const {values, vectors} = symmetricEigen(rows);
		vectors.forEach((vector, k) => {
			expect(Math.hypot(...vector)).toBeCloseTo(1, 14);
			rows.forEach((row, i) => {
				const product = row.reduce((sum, x, j) => sum + x * (vector[j] ?? NaN), 0);
				expect(product).toBeCloseTo((values[k] ?? NaN) * (vector[i] ?? NaN), 12);
			});
		});
	});

	test('leave the matrix as it is, and a diagonal one needs no turn', () => {
		const rows = matrix([1, 0], [0, 5]);
		expect([...symmetricEigen(rows).values]).toEqual([5, 1]);
		expect(rows).toEqual(matrix([1, 0], [0, 5]));
	});
});
