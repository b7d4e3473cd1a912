import {appendFileSync, truncateSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {byteTokens, countTokens, shardHeader} from '../../lib/shard';
import {temporaryDirectory} from './temporary';

const directory = temporaryDirectory();

function shard(): string {
	const path = join(directory(), 'a.bin');
	writeFileSync(path, Buffer.concat([shardHeader(3), byteTokens(Buffer.from('abc'))]));
	return path;
}

describe('token shards', () => {
	test('the header is that of llm.c, little-endian', () => {
		const header = Buffer.from(shardHeader(7));
		expect(header.length).toBe(1024);
		expect([0, 4, 8, 12].map((at) => header.readInt32LE(at))).toEqual([20240520, 1, 7, 0]);
	});

	test('tokens are 16 bits, little-endian', () => {
		expect([...byteTokens(Uint8Array.of(1, 255))]).toEqual([1, 0, 255, 0]);
	});

	test('a shard is counted', () => {
		expect(countTokens(shard())).toBe(3);
	});

	test.each<[string, (path: string) => void]>([
		['cut short', (path) => truncateSync(path, 1028)],
		['cut within its header', (path) => truncateSync(path, 10)],
		['empty', (path) => truncateSync(path, 0)],
		['too long', (path) => appendFileSync(path, 'x')],
		['of another kind', (path) => writeFileSync(path, Buffer.alloc(1030))],
		['of a negative length', (path) => writeFileSync(path, shardHeader(-5))],
	])('a shard that is %s is ERR_SOPHIA_FORMAT', (_name, damage) => {
		const path = shard();
		damage(path);
		expect(() => countTokens(path)).toThrow(expect.objectContaining({code: 'ERR_SOPHIA_FORMAT'}));
	});

	test('a shard that is not there is ERR_SOPHIA_IO', () => {
		const path = join(directory(), 'none');
		expect(() => countTokens(path)).toThrow(expect.objectContaining({code: 'ERR_SOPHIA_IO'}));
	});
});
