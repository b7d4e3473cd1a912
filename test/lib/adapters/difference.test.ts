import {distance, hessianVectorProduct} from '../../../lib/adapters/difference';

const numbers = [Float32Array.of(1, -2), Float32Array.of(0.5)];
const variables = [0, 1] as never;
const memory = {numbers: (i: number) => numbers[i], moved: jest.fn()} as never;
const direction = [Float32Array.of(1, -1), Float32Array.of(1)];

beforeEach(() => {
	numbers[0]?.set([1, -2]);
	numbers[1]?.set([0.5]);
});

test('the product of a quadratic is exact', () => {
	// L = x² + 2xy + 3y² + xz, so that H = [[2, 2, 1], [2, 6, 0], [1, 0, 0]]
	const gradient = () => {
		const [x = NaN, y = NaN, z = NaN] = numbers.flatMap((each) => [...each]);
		return [Float32Array.of(2 * x + 2 * y + z, 2 * x + 6 * y), Float32Array.of(x)];
	};
	const [first, second] = hessianVectorProduct(memory, variables, direction, gradient);
	expect([...(first ?? [])]).toEqual([1, -4]);
	expect([...(second ?? [])]).toEqual([1]);
	expect(numbers).toEqual([Float32Array.of(1, -2), Float32Array.of(0.5)]);
});

test('the variables have their numbers again when the gradient fails', () => {
	const gradient = jest.fn(() => {
		expect(numbers[1]?.[0]).toBe(0.5 + distance);
		throw new Error('no gradient');
	});
	expect(() => hessianVectorProduct(memory, variables, direction, gradient)).toThrow('no gradient');
	expect(numbers).toEqual([Float32Array.of(1, -2), Float32Array.of(0.5)]);
});
