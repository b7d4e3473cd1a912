import {lanczos} from '../../lib/lanczos';

const diagonal = (values: readonly number[]) => (x: Float32Array) =>
	Promise.resolve(x.map((value, i) => value * (values[i] ?? NaN)));

const ones = (n: number) => new Float32Array(n).fill(1);

describe("Lanczos' method", () => {
	test('finds the outermost eigenvalues first, and says how sure it is', async () => {
		const values = Array.from({length: 500}, (_, i) => (i < 3 ? 100 - 20 * i : Math.sin(i)));
		const found = await lanczos(diagonal(values), ones(500), {steps: 20});
		expect(found.length).toBe(20);
		[100, 80, 60].forEach((value, i) => {
			expect(Math.abs((found[i]?.value ?? NaN) - value)).toBeLessThanOrEqual(found[i]?.error ?? NaN);
			expect(found[i]?.error).toBeLessThan(1e-3);
		});
	});

	test('ends where the start reaches no further', async () => {
		const found = await lanczos(diagonal([3, 3, 3, -1, -1, -1]), ones(6));
		expect(found.map(({value}) => Math.round(1e5 * value) / 1e5)).toEqual([3, -1]);
	});

	test('does not change the vectors it is given', async () => {
		const start = ones(4);
		const product = Float32Array.of(1, 2, 3, 4);
		await lanczos(() => Promise.resolve(product), start, {steps: 1});
		expect([[...start], [...product]]).toEqual([
			[1, 1, 1, 1],
			[1, 2, 3, 4],
		]);
	});

	test('is refused a start of zero, a fraction of a step and an unknown option', async () => {
		const refused = {code: 'ERR_SOPHIA_INVALID_ARGUMENT'};
		await expect(lanczos(diagonal([1]), new Float32Array(1))).rejects.toMatchObject(refused);
		await expect(lanczos(diagonal([1]), ones(1), {steps: 1.5})).rejects.toMatchObject(refused);
		await expect(lanczos(diagonal([1]), ones(1), {step: 1} as never)).rejects.toMatchObject(refused);
	});
});
