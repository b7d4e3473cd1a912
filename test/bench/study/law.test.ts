import {lawOf, predict, type Optimum} from '../../../bench/study/law';

const rate = (parameters: number, tokens: number) => 0.01 * (parameters / 1e5) ** -0.4 * (tokens / 1e6) ** -0.2;
const optimum = (parameters: number, ratio: number, value?: number): Optimum => {
	const tokens = 20 * ratio * parameters;
	return {parameters, tokens, value: value ?? rate(parameters, tokens)};
};
const grid = (value: number) => 2 ** Math.round(Math.log2(value));
const regimes = [
	[5e4, 1],
	[5e4, 4],
	[1e5, 1],
	[1e5, 2],
	[2e5, 1],
] as const;

test('planted exponents are found, and predict a size that is twice as large', () => {
	const law = lawOf(regimes.map(([n, ratio]) => optimum(n, ratio)));
	expect(law).toMatchObject({form: 'both', ofParameters: expect.closeTo(0.4, 9), ofTokens: expect.closeTo(0.2, 9)});
	expect(law?.residual).toBeCloseTo(0, 9);
	const there = {parameters: 4e5, tokens: 8e6};
	const found = law && predict(law, there, grid);
	expect(found?.raw).toBeCloseTo(rate(4e5, 8e6), 12);
	expect(found?.value).toBe(2 ** -8);
	expect(found?.extrapolation).toEqual({parameters: 2, tokens: 2});
	expect(law && predict(law, {parameters: 1e4, tokens: 2e6}, grid).extrapolation).toEqual({parameters: 5, tokens: 1});
});

test('values on a grid leave what the grid rounds, no more', () => {
	const law = lawOf(regimes.map(([n, ratio]) => optimum(n, ratio, grid(rate(n, 20 * ratio * n)))));
	expect(law?.residual).toBeGreaterThan(0.05);
	expect(law?.residual).toBeLessThan(Math.LN2 / 2);
});

test('with one size only data count, with one amount of data only size, with one regime neither', () => {
	const tokens = lawOf([optimum(1e5, 1), optimum(1e5, 2), optimum(1e5, 4)]);
	expect(tokens).toMatchObject({form: 'tokens', ofParameters: 0, ofTokens: expect.closeTo(0.2, 9)});
	const parameters = lawOf([optimum(1e5, 4), optimum(2e5, 2), optimum(4e5, 1)]);
	expect(parameters).toMatchObject({form: 'parameters', ofParameters: expect.closeTo(0.4, 9), ofTokens: 0});
	const constant = lawOf([optimum(1e5, 1, 0.01)]);
	expect(constant).toMatchObject({form: 'constant', ofParameters: 0, ofTokens: 0, residual: NaN});
	expect(constant && predict(constant, {parameters: 1e6, tokens: 1e9}, (value) => value)).toEqual({
		value: expect.closeTo(0.01, 12),
		raw: expect.closeTo(0.01, 12),
		extrapolation: {parameters: 10, tokens: 500},
	});
	expect(lawOf([])).toBeUndefined();
});

test('regimes of one ratio tell one exponent, which is that of the path along which both grow', () => {
	const path = lawOf([5e4, 1e5, 2e5].map((n) => ({...optimum(n, 1), tokens: 20 * n + (n % 999)}))); // whole steps
	expect(path?.form).toBe('path');
	expect(path?.ofParameters).toBeCloseTo(0.6, 2);
	expect(path?.ofTokens).toBe(0);
	expect(lawOf([optimum(5e4, 1), optimum(1e5, 4)])?.form).toBe('path'); // two points are always on one
});

test('an optimum of 0 has no logarithm: the most frequent value stands for all, and the largest where all differ', () => {
	const optima = [optimum(5e4, 1, 0), optimum(1e5, 2, 0.1), optimum(2e5, 1, 0.2)];
	expect(lawOf(optima)).toMatchObject({form: 'mode', ofParameters: 0, ofTokens: 0, residual: NaN});
	expect(lawOf(optima)?.at(1e6, 1e6)).toBe(0.2);
	expect(lawOf([...optima, optimum(1e4, 1, 0.1)])?.at(1e6, 1e6)).toBe(0.1);
	expect(lawOf([optimum(1e5, 1, 0)])?.at(1e6, 1e6)).toBe(0);
});

test('what has no law is the most frequent, not a mean', () => {
	const clips = [optimum(5e4, 1, 0.25), optimum(1e5, 2, 2), optimum(2e5, 1, 0.25)];
	expect(lawOf(clips, 'mode')?.form).toBe('mode');
	expect(lawOf(clips, 'mode')?.at(4e5, 8e6)).toBe(0.25);
});

test('of decay rates the distance to 1 has the law, so that none is 1', () => {
	const betas = regimes.map(([n, ratio]) => optimum(n, ratio, 1 - rate(n, 20 * ratio * n)));
	const law = lawOf(betas, 'distance');
	expect(law).toMatchObject({form: 'both', ofParameters: expect.closeTo(0.4, 9), ofTokens: expect.closeTo(0.2, 9)});
	expect(law?.at(4e5, 8e6)).toBeCloseTo(1 - rate(4e5, 8e6), 12);
	const rising = lawOf([optimum(5e4, 1, 0.8), optimum(1e5, 1, 0.95), optimum(2e5, 1, 0.98)], 'distance');
	expect(rising?.at(2e7, 4e8)).toBeLessThan(1);
	expect(rising?.at(1e3, 2e4)).toBe(0); // and none below 0
	expect(lawOf([optimum(5e4, 1, 0), optimum(1e5, 1, 0)], 'distance')).toMatchObject({form: 'path'});
	expect(lawOf([optimum(5e4, 1, 1)], 'distance')?.form).toBe('mode');
});
