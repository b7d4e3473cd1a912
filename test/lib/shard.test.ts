import {appendFileSync, readFileSync, truncateSync, writeFileSync} from 'node:fs';
import {open} from 'node:fs/promises';
import {join} from 'node:path';
import {countTokens, guessFormat, maximumTokens, ShardWriter, shardFormats, type ShardFormat} from '../../lib/shard';
import {damaged, dice} from './text/streams';
import {temporaryDirectory} from './temporary';

const directory = temporaryDirectory();
const at = (name: string) => join(directory(), name);

async function write(name: string, format: ShardFormat, fill: (writer: ShardWriter) => Promise<void>): Promise<string> {
	const file = await open(at(name), 'w+');
	try {
		const writer = new ShardWriter(file, format);
		await fill(writer);
		await writer.finish();
	} finally {
		await file.close();
	}
	return at(name);
}

const shard = (format: ShardFormat = 'llm.c', tokens: ArrayLike<number> = [97, 98, 50256]) =>
	write('a.bin', format, (writer) => writer.write(tokens));
/** Whether those tokens and no others follow the header. */
const holds = (path: string, format: ShardFormat, tokens: readonly number[]) =>
	readFileSync(path)
		.subarray(format === 'llm.c' ? 1024 : 0)
		.equals(Buffer.from(Uint16Array.from(tokens).buffer));

describe('token shards', () => {
	test("llm.c's have its header, little-endian", async () => {
		const header = readFileSync(await shard());
		expect(header.length).toBe(1024 + 6);
		expect([0, 4, 8, 12].map((place) => header.readInt32LE(place))).toEqual([20240520, 1, 3, 0]);
		expect([...header.subarray(1024)]).toEqual([97, 0, 98, 0, 0x50, 0xc4]);
	});

	test("nanoGPT's are the tokens and nothing else", async () => {
		expect([...readFileSync(await shard('nanogpt'))]).toEqual([97, 0, 98, 0, 0x50, 0xc4]);
	});

	test.each(shardFormats)('%s: many tokens are written in pieces, and counted again', async (format) => {
		const all = Array.from({length: 1_200_000}, (_, i) => i % 50257);
		const path = await write('b.bin', format, async (writer) => {
			for (let i = 0; i < all.length; i += 7001) {
				await writer.write(all.slice(i, i + 7001));
				expect(writer.tokens).toBe(Math.min(i + 7001, all.length));
			}
		});
		expect(countTokens(path, format)).toBe(all.length);
		expect(guessFormat(path)).toBe(format);
		expect(holds(path, format, all)).toBe(true);
	});

	test.each(shardFormats)('%s: the end of one shard moves to another', async (format) => {
		const all = Array.from({length: 1_500_000}, (_, i) => i % 1000);
		for (const count of [0, 1, 600_000, all.length]) {
			const train = await write('train.bin', format, async (writer) => {
				await writer.write(all);
				await write('val.bin', format, (other) => writer.moveEnd(count, other));
				expect(writer.tokens).toBe(all.length - count);
			});
			expect(holds(train, format, all.slice(0, all.length - count))).toBe(true);
			expect(holds(at('val.bin'), format, all.slice(all.length - count))).toBe(true);
			expect(countTokens(train, format) + countTokens(at('val.bin'), format)).toBe(all.length);
		}
	});

	test('an end that is gone is not moved', async () => {
		const moving = write('train.bin', 'llm.c', async (writer) => {
			await writer.write(Array.from({length: 600_000}, () => 1));
			const write = () => {
				truncateSync(at('train.bin'), 2048); // after the first piece of two
				return Promise.resolve();
			};
			await writer.moveEnd(590_000, Object.assign(Object.create(writer) as ShardWriter, {write}));
		});
		await expect(moving).rejects.toMatchObject({code: 'ERR_SOPHIA_IO', message: expect.stringContaining('end of the')});
	});

	test('more tokens than a header counts are refused', async () => {
		expect(maximumTokens['llm.c']).toBe(2 ** 31 - 1);
		const tokens = {length: 2 ** 31};
		await expect(shard('llm.c', tokens)).rejects.toMatchObject({
			code: 'ERR_SOPHIA_INVALID_ARGUMENT',
			message: expect.stringContaining('at most 2147483647 tokens in a shard of llm.c'),
		});
	});

	test.each<[string, ShardFormat, (path: string) => void]>([
		['cut short', 'llm.c', (path) => truncateSync(path, 1028)],
		['cut within its header', 'llm.c', (path) => truncateSync(path, 10)],
		['empty', 'llm.c', (path) => truncateSync(path, 0)],
		['too long', 'llm.c', (path) => appendFileSync(path, 'x')],
		['of another kind', 'llm.c', (path) => writeFileSync(path, Buffer.alloc(1030))],
		['of a negative length', 'llm.c', (path) => writeFileSync(path, header(-5))],
		['of half a token', 'nanogpt', (path) => writeFileSync(path, 'abc')],
		["of llm.c's and not of nanoGPT's", 'nanogpt', () => undefined],
	])('a shard that is %s is ERR_SOPHIA_FORMAT', async (_name, format, damage) => {
		const path = await shard();
		damage(path);
		expect(() => countTokens(path, format)).toThrow(expect.objectContaining({code: 'ERR_SOPHIA_FORMAT'}));
	});

	test('one format taken for the other is named', async () => {
		expect(() => countTokens(at('a.bin'), 'llm.c')).toThrow('ENOENT');
		const raw = await shard('nanogpt');
		expect(() => countTokens(raw, 'llm.c')).toThrow(
			'shards of nanoGPT, which have no header, are of the format `nanogpt`',
		);
		const headered = await shard('llm.c');
		expect(() => countTokens(headered, 'nanogpt')).toThrow('got one of the format `llm.c`');
	});

	test('damaged shards are counted or refused', async () => {
		const good = readFileSync(await shard());
		const roll = dice(5);
		for (let i = 0; i < 300; i++) {
			const bytes = damaged(good, roll);
			writeFileSync(at('a.bin'), bytes);
			for (const format of shardFormats) {
				let count: number | undefined;
				try {
					count = countTokens(at('a.bin'), format);
				} catch (error) {
					expect(error).toMatchObject({code: 'ERR_SOPHIA_FORMAT'});
				}
				expect([undefined, (bytes.length - (format === 'llm.c' ? 1024 : 0)) / 2]).toContain(count);
			}
		}
	});

	test('a shard that is not there is ERR_SOPHIA_IO', () => {
		expect(() => countTokens(at('none'), 'llm.c')).toThrow(expect.objectContaining({code: 'ERR_SOPHIA_IO'}));
	});
});

function header(tokens: number): Buffer {
	const bytes = Buffer.alloc(1024);
	[20240520, 1, tokens].forEach((value, i) => bytes.writeInt32LE(value, 4 * i));
	return bytes;
}
