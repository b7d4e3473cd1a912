import {makeQuadratic, problems, type Quadratic} from '../../../bench/study/quadratics';

const [size, condition] = [6, 100];
const make = (problem: Quadratic['sort']['problem'], seed = 1) => makeQuadratic({problem, condition, size, seed});
const sum = (numbers: Iterable<number>) => Array.from(numbers).reduce((a, b) => a + b, 0);
const curvatures = Array.from({length: size}, (_, i) => condition ** (i / (size - 1)));

/** Somewhere, in steps that float has exactly. */
const place = Float32Array.from({length: size}, (_, i) => ((5 * i) % 7) / 4 - 0.5);

function moved(coordinate: number, by: number): Float32Array {
	return place.map((each, i) => (i === coordinate ? each + by : each));
}

const filled = (write: (to: Float32Array) => void) => {
	const numbers = new Float32Array(size);
	write(numbers);
	return Array.from(numbers);
};

describe.each(problems)('%s', (problem) => {
	const of = make(problem);
	const loss = (x: Float32Array) => of.gradient(x, new Float32Array(size));
	const gradient = (x: Float32Array) => filled((to) => of.gradient(x, to));

	test('the gradient is the slope of the loss', () => {
		const h = 2 ** -8;
		gradient(place).forEach((slope, i) => {
			expect((loss(moved(i, h)) - loss(moved(i, -h))) / (2 * h)).toBeCloseTo(slope, 3);
		});
	});

	test('the products with unit vectors are the slopes of the gradient, and the diagonal is theirs', () => {
		const h = 2 ** -6;
		const diagonal = filled((to) => of.diagonal(place, to));
		diagonal.forEach((each, i) => {
			const unit = new Float32Array(size);
			unit[i] = 1;
			const column = filled((to) => of.product(place, unit, to));
			const [above, below] = [gradient(moved(i, h)), gradient(moved(i, -h))];
			column.forEach((entry, row) => {
				expect(((above[row] ?? NaN) - (below[row] ?? NaN)) / (2 * h)).toBeCloseTo(entry, 2);
			});
			expect(column[i]).toBeCloseTo(each, 4);
		});
	});

	test('every coordinate begins with the same part of the loss', () => {
		expect(loss(of.start)).toBeCloseTo(size / 2, 4);
	});
});

test('a rotation leaves the curvatures from 1 to κ, and no coordinate its own', () => {
	const of = make('rotated');
	const diagonal = filled((to) => of.diagonal(place, to));
	expect(sum(diagonal)).toBeCloseTo(sum(curvatures), 3);
	const slope = filled((to) => of.gradient(of.start, to)); // Q √λ
	expect(sum(slope.map((each) => each ** 2))).toBeCloseTo(sum(curvatures), 3);
	const curved = filled((to) => of.product(place, Float32Array.from(slope), to)); // Q λ √λ
	const cubes = sum(curvatures.map((each) => each ** 3));
	expect(sum(curved.map((each) => each ** 2)) / cubes).toBeCloseTo(1, 5);
	expect(Math.max(...diagonal)).toBeLessThan(0.9 * condition);
	expect(Math.min(...diagonal)).toBeGreaterThan(2);
});

test('a seed is a rotation', () => {
	expect(make('rotated').start).toEqual(make('rotated').start);
	expect(make('rotated').start).not.toEqual(make('rotated', 2).start);
});

test('a saddle has one direction down, a thousandth from its top', () => {
	const {start, ...of} = make('saddle');
	const diagonal = filled((to) => of.diagonal(start, to));
	expect(start[0]).toBeCloseTo(1e-3, 8);
	expect(diagonal[0]).toBeCloseTo(-1, 4);
	expect(diagonal.slice(1).every((each) => each > 1)).toBe(true);
	const bottom = new Float32Array(size);
	bottom[0] = Math.SQRT2;
	expect(of.gradient(bottom, new Float32Array(size))).toBeCloseTo(0, 8);
});
