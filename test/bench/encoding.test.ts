import {decode, encode} from '../../bench/encoding';

test('numbers that JSON does not have are words, and maps are objects', () => {
	const value = {losses: [1, Infinity, NaN], by: new Map([[3, Infinity]]), name: 'x', none: null};
	expect(encode(value)).toBe('{"losses":[1,"diverged","failed"],"by":{"3":"diverged"},"name":"x","none":null}');
	expect(decode(encode(value))).toEqual({...value, by: {3: Infinity}});
	expect(encode([1], 1)).toBe('[\n 1\n]');
	expect(() => decode('{"a":')).toThrow(SyntaxError);
});
