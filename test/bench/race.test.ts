import {digits, Race, shown} from '../../bench/race';

const of = {kind: 'product'};
const race = new Race('a row', of, [
	['ours', {seconds: [1, 10, 100], facts: {first: 1}}],
	['twice as slow', {seconds: [2, 20, 200], facts: {first: 1}}],
	['wrong', {seconds: [0.1, 0.1, 0.1], facts: {first: 5}}],
	['absent', {seconds: [], facts: {}, reason: 'crashed'}],
	['peak', {seconds: [0.5, 5, 50], facts: {operations: 100}}],
]);

test('a speed-up is the median of the ratios of the rounds', () => {
	expect(race.seconds('ours')).toBe(10);
	expect(race.speedup('ours', 'twice as slow')).toEqual({low: 2, middle: 2, high: 2});
	expect(race.speedup('twice as slow', 'ours')?.middle).toBe(0.5);
	expect(race.speedup('ours', 'absent')).toBeUndefined();
	expect(race.speedup('nobody', 'ours')).toBeUndefined();
	expect(race.seconds('absent')).toBeUndefined();
});

test('a share of a ceiling compares what a run of each comes to', () => {
	// Ours: 150 operations in twice the time in which the peak does 100.
	expect(race.share('ours', 150, 'peak', 100)?.middle).toBe(0.75);
});

test("the optimizer's part is that of each round, where it was told", () => {
	const steps = new Race('steps', of, [['ours', {seconds: [1, 10, 100], own: [0.5, 1, 20], facts: {}}]]);
	expect(steps.own('ours')?.middle).toBe(0.2);
	expect([race.own('ours'), race.own('absent'), race.own('nobody')]).toEqual([undefined, undefined, undefined]);
});

test('the best is the fastest of those that are asked about, and a wrong result is no time', () => {
	const judge = (theirs: {first?: number}, ours: {first?: number}) =>
		theirs.first === undefined || theirs.first === ours.first ? undefined : 'has a wrong result';
	expect(race.best(['twice as slow', 'wrong', 'absent'])).toBe('wrong');
	const checked = race.without(judge);
	expect(checked.best(['twice as slow', 'wrong', 'absent'])).toBe('twice as slow');
	expect(checked.outcomes.get('wrong')?.reason).toBe('has a wrong result');
	expect(checked.outcomes.get('absent')?.reason).toBe('crashed');
	expect(checked.best(['absent'])).toBeUndefined();
});

test('a ceiling that moves between rounds tells of somebody else', () => {
	const withPeak = (seconds: readonly number[]) => new Race('a row', of, [['peak', {seconds, facts: {}}]]);
	expect(race.disturbed('peak')).toBe(true);
	expect(withPeak([1, 1.01, 1.02, 1.05, 3]).disturbed('peak')).toBe(false);
	expect(withPeak([1, 1, 1.5, 1.5, 1.5]).disturbed('peak')).toBe(true);
	expect(withPeak([]).disturbed('peak')).toBe(false);
});

test('numbers as they are shown', () => {
	expect(shown({low: 0.9, middle: 0.934, high: 1})).toBe('0.93 (0.90–1.00)');
	expect(shown(undefined)).toBe('-');
	expect([digits(1.26, 1), digits(undefined, 1), digits(NaN, 1)]).toEqual(['1.3', '-', '-']);
	expect(JSON.parse(JSON.stringify(race))).toMatchObject({name: 'a row', outcomes: {absent: {reason: 'crashed'}}});
});
