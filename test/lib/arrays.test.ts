import {byteLengthOf, checkElements, checkSize, isShared, lengthOf} from '../../lib/arrays';

/** What an array says of itself when it lies. */
function lying(array: Float32Array): Float32Array {
	const buffer = new SharedArrayBuffer(400);
	return Object.defineProperties(array, {length: {value: 100}, byteLength: {value: 400}, buffer: {value: buffer}});
}

describe('an array', () => {
	test('has the length that it has, whatever it says', () => {
		const array = lying(new Float32Array(3));
		expect([array.length, lengthOf(array), array.byteLength, byteLengthOf(array)]).toEqual([100, 3, 400, 12]);
		structuredClone(null, {transfer: [Reflect.get(Object.getPrototypeOf(Float32Array.prototype), 'buffer', array)]});
		expect([lengthOf(array), byteLengthOf(array)]).toEqual([0, 0]);
	});

	test('is shared when its memory is', () => {
		expect(isShared(new Float32Array(new SharedArrayBuffer(8)))).toBe(true);
		expect(isShared(new Float32Array(2))).toBe(false);
		expect(isShared(lying(new Float32Array(3)))).toBe(false);
	});
});

describe('elements', () => {
	test.each([[[1, NaN, -Infinity]], [new Float64Array(2)], [new Uint8Array(2)], [[]]])('%p are numbers', (values) => {
		expect(() => checkElements(values)).not.toThrow();
	});

	test.each([
		[[1, '2'], '`2` at 1'],
		[[[1, 2], [3]], '`[ 1, 2 ]` at 0'],
		[[null], '`null` at 0'],
		[Array<number>(2), '`undefined` at 0'],
		[new BigInt64Array(1), '`0n` at 0'],
	])('%p are not all numbers', (values, what) => {
		const message = `Expected numbers, got ${what}`;
		expect(() => checkElements(values)).toThrow(
			expect.objectContaining({name: 'TypeError', code: 'ERR_SOPHIA_INVALID_ARGUMENT', message}),
		);
	});

	test('are as many as the shape has', () => {
		expect(() => checkSize([2, 3], 6)).not.toThrow();
		expect(() => checkSize([], 1)).not.toThrow();
		expect(() => checkSize([2, 3], 5)).toThrow('Expected 6 elements for the shape [2, 3], got 5');
	});
});
