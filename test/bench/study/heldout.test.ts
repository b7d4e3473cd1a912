import {heldOut, relativeError} from '../../../bench/study/heldout';
import type {Optimum} from '../../../bench/study/law';

const rate = (parameters: number, tokens: number) => 0.01 * (parameters / 1e5) ** -0.4 * (tokens / 1e6) ** -0.2;
const optimum = (parameters: number, ratio: number, times = 1): Optimum => {
	const tokens = 20 * ratio * parameters;
	return {parameters, tokens, value: times * rate(parameters, tokens)};
};
const grid = (value: number) => 2 ** Math.round(Math.log2(value));

test('the largest regime is predicted from the others', () => {
	const others = [optimum(5e4, 1), optimum(5e4, 4), optimum(1e5, 1), optimum(1e5, 2)];
	const found = heldOut([optimum(4e5, 1, 2), ...others], grid);
	expect(found?.optimum.parameters).toBe(4e5);
	expect(found?.raw).toBeCloseTo(rate(4e5, 8e6), 9);
	expect(found?.error).toBeCloseTo(0.5, 9);
	expect(found).toMatchObject({value: 2 ** -8, form: 'both', extrapolation: {parameters: 4, tokens: 2}});
});

test('of fewer than two others there is no law to be wrong', () => {
	for (const few of [[], [optimum(1e5, 1)], [optimum(1e5, 1), optimum(2e5, 1)]]) {
		expect(heldOut(few, grid)).toBeUndefined();
	}
	expect(heldOut([optimum(5e4, 1), optimum(1e5, 1), optimum(2e5, 1)], grid)?.form).toBe('path');
});

test('the error of a prediction is a part of what was found, in what the law is of', () => {
	expect([relativeError(1.5, 1), relativeError(0.5, 1), relativeError(0, 0), relativeError(0.1, 0)]).toEqual([
		0.5,
		0.5,
		0,
		Infinity,
	]);
	expect(relativeError(0.96, 0.98, 'distance')).toBeCloseTo(1, 9);
	expect(relativeError(0, 2, 'mode')).toBe(1);
});
