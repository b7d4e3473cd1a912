import {repeat} from '../../bench/protocol';

function busy(milliseconds: number): void {
	for (const end = performance.now() + milliseconds; performance.now() < end;);
}

test('what is short runs once before, and then as often as fits', () => {
	let runs = 0;
	const {seconds, count} = repeat(() => {
		runs++;
		busy(1);
	}, 0.02);
	expect(runs).toBe(count + 1);
	expect(count).toBeGreaterThan(1);
	expect(seconds).toBeGreaterThanOrEqual(0.02);
});

test('what is long runs once', () => {
	let runs = 0;
	const {seconds, count} = repeat(() => {
		runs++;
		busy(5);
	}, 0.001);
	expect([runs, count]).toEqual([1, 1]);
	expect(seconds).toBeGreaterThanOrEqual(0.004);
});
