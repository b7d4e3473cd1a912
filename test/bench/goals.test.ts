import {isReached, verdict} from '../../bench/goals';

const goal = (measured: number, atMost = false) => ({what: 'it', measured, wanted: 2, atMost});

test.each([
	[2.5, false, true, 'reached, with 25.0 % to spare'],
	[2, false, true, 'reached, with 0.0 % to spare'],
	[1.5, false, false, 'missed by 25.0 %'],
	[1.5, true, true, 'reached, with 25.0 % to spare'],
	[3, true, false, 'missed by 50.0 %'],
	[NaN, false, undefined, 'not measured'],
	[NaN, true, undefined, 'not measured'],
] as const)('%d, at most: %s', (measured, atMost, reached, words) => {
	expect(isReached(goal(measured, atMost))).toBe(reached);
	expect(verdict(goal(measured, atMost))).toBe(words);
});
