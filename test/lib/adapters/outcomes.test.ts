import {refreshOf, stepOf} from '../../../lib/adapters/outcomes';

const step = {skipped: false, gradientNorm: 3, clip: 1, winRate: 0.5, parameterNorm: 6, momentumNorm: 0};
const refresh = {skipped: false, gradientNorm: 3, winRate: 0.5, negativeRate: 1, l1: 2, l2: 8, ratios: [1, 0]};

test('one part speaks for itself', () => {
	expect(stepOf([{size: 7, outcome: step}])).toBe(step);
	expect(refreshOf([{size: 7, outcome: refresh}])).toBe(refresh);
});

test('norms of several parts are those of all numbers, and rates are means over them', () => {
	const other = {skipped: true, gradientNorm: 4, clip: 0.5, winRate: 0.1, parameterNorm: 8, momentumNorm: 2};
	expect(
		stepOf([
			{size: 3, outcome: step},
			{size: 1, outcome: other},
		]),
	).toEqual({skipped: true, gradientNorm: 5, clip: 0.5, winRate: 0.4, parameterNorm: 10, momentumNorm: 2});
	const second = {skipped: false, gradientNorm: 4, winRate: 0.1, negativeRate: 0, l1: 3, l2: 6, ratios: [0, 1]};
	expect(
		refreshOf([
			{size: 1, outcome: second},
			{size: 3, outcome: refresh},
		]),
	).toEqual({
		skipped: false,
		gradientNorm: 5,
		winRate: 0.4,
		negativeRate: 0.75,
		l1: 5,
		l2: 10,
		ratios: [0.75, 0.25],
	});
});
