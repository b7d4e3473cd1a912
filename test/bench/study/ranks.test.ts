import {flips, kendall} from '../../../bench/study/ranks';

test("Kendall's τ-b is that of SciPy 1.17, with ties too", () => {
	expect(kendall([1, 2, 3, 4, 5], [2, 1, 3, 5, 4])).toBeCloseTo(0.6, 12);
	expect(kendall([1, 2, 2, 4, 5], [2, 1, 3, 3, 4])).toBeCloseTo(0.6666666666666666, 12);
	expect(kendall([12, 2, 1, 12, 2], [1, 4, 7, 1, 0])).toBeCloseTo(-0.4714045207910316, 12);
	expect(kendall([1, 2, 3], [3, 2, 1])).toBe(-1);
});

test('without an order there is no τ', () => {
	expect([kendall([1, 1], [1, 2]), kendall([3], [4]), kendall([], [])]).toEqual([NaN, NaN, NaN]);
});

test('who leads early and is overtaken is told, with both leads', () => {
	const courses = new Map([
		['adamw', [4, 3.75, 3]],
		['sophia', [3.5, 3.25, 3.25]],
		['lion', [5, 4, 3.5]],
	]);
	const [first, second, ...others] = flips(courses);
	expect(others).toEqual([]);
	expect(first).toEqual({
		mark: 0,
		tau: expect.closeTo(1 / 3, 12),
		crossings: [{leader: 'sophia', winner: 'adamw', lead: 0.5, win: 0.25}],
	});
	expect(second?.crossings).toEqual([{leader: 'sophia', winner: 'adamw', lead: 0.5, win: 0.25}]);
});

test('a run that diverged is last, a tie is no crossing, and a missing mark counts as diverged', () => {
	const courses = new Map([
		['a', [3, 2]],
		['b', [3, 1]],
		['c', [2.5, NaN]],
		['d', [2]],
	]);
	const [flip] = flips(courses);
	expect(flip?.crossings.map(({leader, winner}) => `${leader} before ${winner}`).sort()).toEqual([
		'c before a',
		'c before b',
		'd before a',
		'd before b',
	]);
	expect(flip?.crossings[0]?.win).toBe(Infinity);
	expect([flips(new Map()), flips(new Map([['alone', [1]]]))]).toEqual([[], []]);
	expect(flips(new Map([['alone', [2, 1]]]))).toEqual([{mark: 0, tau: NaN, crossings: []}]);
});
