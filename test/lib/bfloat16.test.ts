import {asBrain, asFloat} from '../../lib/bfloat16';

describe('bfloat16', () => {
	test.each([
		['1', 1, 0x3f80, 1],
		['−2.5', -2.5, 0xc020, -2.5],
		['a third', 1 / 3, 0x3eab, 0.333984375],
		['a tie, to even below', 1 + 1 / 256, 0x3f80, 1],
		['a tie, to even above', 1 + 3 / 256, 0x3f82, 1 + 1 / 64],
		['what is past the largest', 3.4e38, 0x7f80, Infinity],
		['the smallest', 2 ** -133, 0x0001, 2 ** -133],
		['−0', -0, 0x8000, -0],
		['a NaN', NaN, 0x7fc0, NaN],
	])('rounds %s', (_, value, bits, float) => {
		expect(asBrain(value)).toBe(bits);
		expect(asFloat(bits)).toBe(float);
	});
});
