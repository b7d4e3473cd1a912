import {geometricMean, line, median, quantile, ratios, spread} from '../../bench/statistics';

test('quantiles lie between neighbours, in any order of the numbers, and leave them as they are', () => {
	const numbers = [4, 1, 3, 2];
	expect([0, 0.25, 0.5, 1].map((part) => quantile(numbers, part))).toEqual([1, 1.75, 2.5, 4]);
	expect(numbers).toEqual([4, 1, 3, 2]);
	expect(median([7])).toBe(7);
	expect(spread([1, 2, 3, 4, 5])).toEqual({low: 2, middle: 3, high: 4});
	expect(median([])).toBeNaN();
});

test('ratios are taken round by round: what both meet cancels, where the ratio of medians would not see it', () => {
	const weather = [1, 10, 100, 1000, 10000];
	expect(
		ratios(
			weather.map((x) => 1.5 * x),
			weather,
		),
	).toEqual({low: 1.5, middle: 1.5, high: 1.5});
	expect(ratios([2, 4, 6], [1, 2])).toEqual({low: 2, middle: 2, high: 2}); // a round that was not ended
});

test('a geometric mean is the same whichever of two is the unit', () => {
	expect(geometricMean([0.5, 2])).toBeCloseTo(1, 12);
	expect(geometricMean([3, 3, 3])).toBeCloseTo(3, 12);
	expect(geometricMean([])).toBeNaN();
});

test('a line through points on a line is that line; what it leaves is a part of y', () => {
	const found = line([1, 2, 4], [5, 7, 11]);
	expect(found.start).toBeCloseTo(3, 9);
	expect(found.slope).toBeCloseTo(2, 9);
	expect(found.error).toBeCloseTo(0, 9);
	expect(line([0, 1, 2], [1, 1, 100]).slope).toBeLessThan(0.1); // it is close in parts of y: the small ones count
	expect(line([0, 1, 2], [10, 10, 20]).error).toBeGreaterThan(0.1);
});
