import type {Found} from '../../../bench/study/descents';
import {course, steps} from '../../../bench/study/quadraticswords';

const found = (condition: number, count: number | undefined, rate: number): Found => ({
	...{problem: 'separable', condition, method: 'lion', left: 0, tried: 13, edge: false},
	...{steps: count, rate},
});

test('steps, with the rate they have', () => {
	expect(steps(found(10, 255, 1 / 8), 1000)).toBe('255 2^-3');
	expect(steps(found(10, undefined, 1 / 8), 1000)).toBe('> 1000 2^-3');
	expect(steps(undefined, 1000)).toBe('-');
});

test('a course from the least to the greatest condition number', () => {
	const first = found(10, 200, 1 / 4);
	expect(course([first, found(100, 300, 1), found(1000, 500, 1 / 32)], 1000)).toEqual(['× 2.5', '× 8']);
	expect(course([first, found(1000, undefined, 1 / 32)], 1000)).toEqual(['> × 5', '× 8']);
	expect(course([found(10, undefined, 1), first], 1000)).toEqual(['-', '-']);
	expect(course([first], 1000)).toEqual(['-', '-']);
	expect(course([], 1000)).toEqual(['-', '-']);
});
