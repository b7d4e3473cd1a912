import {uniform} from '../../../bench/study/random';

const draw = (seed: number, count: number) => {
	const next = uniform(seed);
	return Array.from({length: count}, () => next());
};

test('a seed gives the same numbers always, and another one others', () => {
	expect(draw(7, 5)).toEqual(draw(7, 5));
	expect(draw(7, 5)).not.toEqual(draw(8, 5));
	// The mixer's numbers from a 32-bit reference computed elsewhere, in Python.
	expect(draw(1, 3).map((x) => x * 2 ** 32)).toEqual([2527132011, 314344336, 2535364964]);
});

test('the numbers are uniform, and neighbours have nothing to do with each other', () => {
	const numbers = draw(42, 100_000);
	const share = (low: number, high: number) => numbers.filter((x) => x >= low && x < high).length / numbers.length;
	for (let tenth = 0; tenth < 10; tenth++) {
		expect(share(tenth / 10, (tenth + 1) / 10)).toBeCloseTo(0.1, 2);
	}
	const together = numbers.slice(1).reduce((sum, x, i) => sum + (x - 0.5) * ((numbers[i] ?? NaN) - 0.5), 0);
	expect(Math.abs((12 * together) / numbers.length)).toBeLessThan(0.01);
	expect(Math.min(...numbers.slice(0, 1000))).toBeGreaterThanOrEqual(0);
	expect(Math.max(...numbers.slice(0, 1000))).toBeLessThan(1);
});
