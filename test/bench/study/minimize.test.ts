import {minimize} from '../../../bench/study/minimize';

test('the deepest valley is found, not the one that a descent meets first', () => {
	const cost = (x: number) => Math.min((x - 1) ** 2, 4 * (x - 3.3) ** 2 - 0.5);
	expect(minimize(cost, 0, 4, 15).x).toBeCloseTo(3.3, 5);
	expect(minimize(cost, 0, 4, 15).cost).toBeCloseTo(-0.5, 9);
});

test('a bound is found where the least lies there', () => {
	expect(minimize((x) => x, 2, 5, 4)).toEqual({x: 2, cost: 2});
	expect(minimize((x) => -x, 2, 5, 4)).toEqual({x: 5, cost: -5});
});

test('values that are infinite or no numbers are never the least', () => {
	expect(minimize((x) => (x < 3 ? Infinity : x), 0, 4, 15).x).toBeCloseTo(3, 5);
	expect(minimize(() => Infinity, 0, 4, 15).cost).toBe(Infinity);
	expect(minimize((x) => (x < 3 ? NaN : x), 0, 4, 15).x).toBeCloseTo(3, 5);
});
