import {crc32c, record} from '../../../lib/tensorboard/record';

describe('CRC-32C', () => {
	// RFC 3720, appendix B.4, and the check value of the catalogue of CRCs.
	test.each([
		['zeros', Buffer.alloc(32), 0x8a9136aa],
		['ones', Buffer.alloc(32, 0xff), 0x62a8ab43],
		['rising bytes', Buffer.from(Array.from({length: 32}, (_, i) => i)), 0x46dd794e],
		['falling bytes', Buffer.from(Array.from({length: 32}, (_, i) => 31 - i)), 0x113fdb5c],
		['digits', Buffer.from('123456789'), 0xe3069283],
		['nothing', Buffer.alloc(0), 0],
	])('of %s is as published', (_, bytes, expected) => {
		expect(crc32c(bytes)).toBe(expected);
	});
});

test('a record has its length, its data, and the masked CRC of each', () => {
	const framed = record(Buffer.alloc(24));
	expect(framed).toHaveLength(8 + 4 + 24 + 4);
	expect(framed.subarray(12, 36)).toEqual(Buffer.alloc(24));
	// What event files of TensorFlow begin with: a version of the file takes 24 bytes.
	expect(framed.subarray(0, 12).toString('hex')).toBe('1800000000000000a37f4b22');
});
