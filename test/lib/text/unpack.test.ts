import {closeSync, existsSync, openSync, readdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {gzipSync} from 'node:zlib';
import {limitDefaults} from '../../../lib/text/limits';
import {readUnpacked} from '../../../lib/text/unpack';
import {temporaryDirectory} from '../temporary';
import {collect, damaged, dice, survives} from './streams';

const directory = temporaryDirectory();

function put(bytes: Uint8Array): string {
	const path = join(directory(), 'a.gz');
	writeFileSync(path, bytes);
	return path;
}

const read = (path: string, limits = limitDefaults, onRead: (bytes: number) => void = () => undefined) =>
	collect(readUnpacked(path, 'gzip', limits, onRead));

describe('files', () => {
	const text = Buffer.from(Array.from({length: 50_000}, (_, i) => `line ${i}\n`).join(''));

	test('are read as they are, or out of gzip, also of several members', async () => {
		expect(await collect(readUnpacked(put(text), undefined, limitDefaults, () => undefined))).toEqual(text);
		expect(await read(put(gzipSync(text)))).toEqual(text);
		const half = text.length >> 1;
		const members = Buffer.concat([gzipSync(text.subarray(0, half)), gzipSync(text.subarray(half))]);
		expect(await read(put(members))).toEqual(text);
		expect(await read(put(gzipSync('')))).toHaveLength(0);
	});

	test('every byte of the file itself is counted once', async () => {
		let seen = 0;
		const packed = gzipSync(text);
		await read(put(packed), limitDefaults, (bytes) => (seen += bytes));
		expect(seen).toBe(packed.length);
	});

	test.each<[string, (packed: Buffer) => Buffer]>([
		['cut short', (packed) => packed.subarray(0, -9)],
		['cut in its header', (packed) => packed.subarray(0, 5)],
		['changed', (packed) => Buffer.from(packed).fill(0, 500, 520)],
		['of another kind', () => Buffer.from('plain text')],
	])('gzip that is %s is refused', async (_name, damage) => {
		const path = put(damage(gzipSync(text)));
		await expect(read(path)).rejects.toMatchObject({
			code: 'ERR_SOPHIA_FORMAT',
			message: expect.stringContaining(`\`${path}\`: is damaged or cut short`),
		});
	});

	test('a bomb is refused before it has cost anything, and read when it is asked for', async () => {
		const path = put(gzipSync(Buffer.alloc(2 ** 26)));
		let length = 0;
		const bomb = async () => {
			for await (const chunk of readUnpacked(path, 'gzip', limitDefaults, () => undefined)) {
				length += chunk.length;
			}
		};
		await expect(bomb()).rejects.toThrow('unpacks to more than 100 times its size');
		expect(length).toBeLessThan(2 ** 23);
		expect(await read(path, {...limitDefaults, maximumExpansion: 2000})).toHaveLength(2 ** 26);
	});

	test('a file is closed when nobody reads on', async () => {
		const open = () => readdirSync('/proc/self/fd').length;
		const before = existsSync('/proc/self/fd') ? open() : 0;
		for (const packing of ['gzip', undefined] as const) {
			const path = put(packing === undefined ? text : gzipSync(text));
			for await (const chunk of readUnpacked(path, packing, limitDefaults, () => undefined)) {
				expect(chunk.length).toBeGreaterThan(0);
				break;
			}
		}
		await new Promise((resolve) => setTimeout(resolve, 50));
		closeSync(openSync(directory(), 'r'));
		expect(existsSync('/proc/self/fd') ? open() : 0).toBeLessThanOrEqual(before);
	});

	test('damaged gzip is read or refused', async () => {
		const good = gzipSync('some text to pack, some text to pack and more of it');
		const roll = dice(2);
		for (let i = 0; i < 300; i++) {
			const path = put(damaged(good, roll));
			await survives(read(path), path);
		}
	});
});
