import {limitDefaults} from '../../../lib/text/limits';
import {unpackZstd} from '../../../lib/text/zstd';
import {chunked, collect, damaged, dice, survives} from './streams';

/** `zstd -3 --check` of the text below: a header with the size, two blocks of entropy codes, a checksum. */
const packed = Buffer.from(
	'KLUv/aSCRAMALAgA8sYSFLAnHYCPQcQYDItIcieZkjx+SboSfFfy+7t1IssLFV8b1nZtxPk1U6oq4yJUrvVJM1JIujmldLiqX5PGewcoDkQxAkNg' +
		'GGQQhQEheKjxSd8/AwBDkSHqARJIEPhhkb39//8Nr/fGJnYNskqqBNS59Dg6hWbKnXFV1RAfU4FADhX/WhhjTGIXwBQMKbQ+xeIZyvVF0S2t' +
		'JYktkW0o2SK8z66Baoki2dqIklhKSALIDj6VKWzulaprCv5g9JfZ5N1xU8wLaIxh8KnfQy1rH+LrAclKtyFrgx58fK1IkChZD6vixpnxrq3h' +
		'IRZ3582gB7j1poRpDPdArcFKIiKvcAsTIFcBTQAACHgBAH5EORAC/+zo8Q==',
	'base64',
);
const text = Array.from({length: 12_000}, (_, i) => `line ${(i * i) % 97} of a text\n`).join('');

const magic = [0x28, 0xb5, 0x2f, 0xfd];
/** A frame of one segment with one block: its three bytes of header say kind, size and that it is the last. */
const frame = (content: number, kind: number, size: number, body: readonly number[]) =>
	Buffer.from([
		...magic,
		0x20,
		content,
		...[0, 8, 16].map((shift) => (((size << 3) | (kind << 1) | 1) >> shift) & 255),
		...body,
	]);
const read = (bytes: Uint8Array, size?: number, limits = limitDefaults) =>
	collect(unpackZstd('a.zst', chunked(bytes, size), limits));

describe('zstd', () => {
	test.each([1, 7, 100, 1000])('is unpacked in chunks of %d bytes', async (size) => {
		expect((await read(packed, size)).toString()).toBe(text);
	});

	test('frames follow each other, some of them to be skipped, some empty', async () => {
		const skipped = Buffer.from([0x5a, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3]);
		const frames = [skipped, packed, frame(0, 0, 0, []), skipped, frame(3, 0, 3, [97, 98, 99]), frame(4, 1, 4, [120])];
		for (const size of [1, 1000]) {
			expect((await read(Buffer.concat(frames), size)).toString()).toBe(`${text}abcxxxx`);
		}
		expect(await read(Buffer.alloc(0))).toHaveLength(0);
	});

	test.each<[string, Uint8Array, string]>([
		['cut short', packed.subarray(0, -1), 'is cut short'],
		[
			'changed in its checksum',
			Buffer.concat([packed.subarray(0, -1), Buffer.of(0)]),
			'is damaged: what it unpacks to',
		],
		['cut in its magic number', packed.subarray(0, 3), 'is cut short'],
		[
			'followed by something else',
			Buffer.concat([packed, Buffer.from('garbage')]),
			'expected zstd, got something else',
		],
		['something else', Buffer.from('plain text'), 'expected zstd, got something else'],
		['of a block of no kind', frame(3, 3, 3, [1, 2, 3]), 'is damaged: a block'],
		['of a block beyond its window', frame(2, 0, 3, [1, 2, 3]), 'is damaged: a block'],
		['packed with a dictionary', Buffer.from([...magic, 0x21, 7, 0, 0, 0, 0]), 'needs the zstd dictionary'],
		[
			'changed within',
			Buffer.concat([packed.subarray(0, 20), Buffer.alloc(20, 255), packed.subarray(40)]),
			'is damaged',
		],
	])('what is %s is refused', async (_name, bytes, message) => {
		await expect(read(bytes, 5)).rejects.toMatchObject({
			code: 'ERR_SOPHIA_FORMAT',
			message: expect.stringContaining(`\`a.zst\`: ${message}`),
		});
	});

	test('a window that no memory holds is refused before it is allocated, in every frame', async () => {
		const claims = Buffer.concat([packed, Buffer.from([...magic, 0x00, 0xf8, 1, 0, 0])]);
		await expect(read(claims)).rejects.toThrow('expected a zstd window of at most 268435456 bytes, got 2199023255552');
		const limits = {...limitDefaults, maximumHeld: 1000};
		await expect(read(packed, 100, limits)).rejects.toThrow('expected a zstd window of at most 1000 bytes');
	});

	test('a block that repeats a byte is handed out before the next one is unpacked', async () => {
		const blocks = Array.from({length: 1000}, () => [0x02, 0x00, 0x10, 120]); // each 128 KiB, with more to come
		const bomb = Buffer.from([...magic, 0x00, 0x50, ...blocks.flat()]);
		const chunks = unpackZstd('a.zst', chunked(bomb), limitDefaults);
		expect((await chunks.next()).value).toHaveLength(1 << 17);
		await chunks.return(undefined);
	});

	test('damaged frames are read or refused', async () => {
		const roll = dice(3);
		for (let i = 0; i < 500; i++) {
			await survives(read(damaged(packed, roll), 1 + roll(100)), 'a.zst');
		}
	});
});
