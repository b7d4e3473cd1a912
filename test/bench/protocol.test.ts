import {repeat} from '../../bench/protocol';

function busy(milliseconds: number): void {
	for (const end = performance.now() + milliseconds; performance.now() < end;);
}

test('a turn begins with a run that is not timed, and then has as many as fit', () => {
	let runs = 0;
	const {seconds, count} = repeat(() => {
		runs++;
		busy(1);
	}, 0.02);
	expect(runs).toBe(count + 1);
	expect(count).toBeGreaterThan(1);
	expect(seconds).toBeGreaterThanOrEqual(0.02);
});

test('what is long is timed once, and begins with one that is not all the same', () => {
	let runs = 0;
	const {seconds, count} = repeat(() => {
		busy(runs++ === 0 ? 200 : 5);
	}, 0.001);
	expect([runs, count]).toEqual([2, 1]);
	expect(seconds).toBeGreaterThanOrEqual(0.004);
	expect(seconds).toBeLessThan(0.2);
});
