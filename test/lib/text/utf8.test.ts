import {checkUtf8} from '../../../lib/text/utf8';
import {chunked, collect} from './streams';

const check = (bytes: Uint8Array, size?: number) => collect(checkUtf8('a.txt', chunked(bytes, size)));

describe('UTF-8', () => {
	test.each([1, 2, 3, 5, 1000])('passes in chunks of %d bytes, characters whole in every one', async (size) => {
		const text = Buffer.from('aé日🎉'.repeat(10));
		for await (const chunk of checkUtf8('a.txt', chunked(text, size))) {
			expect(() => new TextDecoder('utf-8', {fatal: true}).decode(chunk)).not.toThrow();
		}
		expect(await check(text, size)).toEqual(text);
	});

	test('a mark at the beginning is none of the text, and one elsewhere is', async () => {
		for (const size of [1, 2, 100]) {
			expect((await check(Buffer.from('\uFEFFa\uFEFFb'), size)).toString()).toBe('a\uFEFFb');
		}
	});

	test.each<[string, number[], string]>([
		['a byte of no character', [97, 0xff, 98], 'other bytes at byte 1'],
		['a character that is cut off', [97, 98, 0xe2, 0x82], 'other bytes at byte 2'],
		['a character too long for itself', [97, 0xc0, 0x80], 'other bytes at byte 1'],
		['half a surrogate pair', [97, 0xed, 0xa0, 0x80], 'other bytes at byte 1'],
		['a NUL character', [97, 98, 99, 0], 'a NUL character at byte 3'],
		['UTF-16', [...Buffer.from('abc', 'utf16le')], 'a NUL character at byte 1'],
	])('%s is refused, with its place', async (_name, bytes, message) => {
		for (const size of [1, 2, 100]) {
			await expect(check(Uint8Array.from(bytes), size)).rejects.toMatchObject({
				code: 'ERR_SOPHIA_FORMAT',
				message: `\`a.txt\`: expected text in UTF-8, got ${message}`,
			});
		}
	});

	test('the place is counted from the beginning of the file', async () => {
		const bytes = Buffer.concat([Buffer.alloc(100_000, 'é'), Buffer.from([0xfe]), Buffer.alloc(100, 'x')]);
		await expect(check(bytes, 4097)).rejects.toThrow('at byte 100000');
	});
});
