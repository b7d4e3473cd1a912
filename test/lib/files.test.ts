import {mkdirSync, readdirSync, readFileSync, statSync, writeFileSync} from 'node:fs';
import {open, type FileHandle} from 'node:fs/promises';
import {join} from 'node:path';
import {inDirectory, isTemporaryOf, makeDirectory, noFile, readAll, writeAll, writeWhole} from '../../lib/files';
import {temporaryDirectory} from './temporary';

const directory = temporaryDirectory();

describe('writeWhole', () => {
	test('writes a file and leaves nothing beside it', async () => {
		const path = join(directory(), 'a');
		await writeWhole(path, (file) => file.writeFile('new'));
		expect(readFileSync(path, 'utf8')).toBe('new');
		expect(readdirSync(directory())).toEqual(['a']);
	});

	test('keeps the old file until the new one is whole, and when it never is', async () => {
		const path = join(directory(), 'a');
		writeFileSync(path, 'old');
		const failing = writeWhole(path, async (file) => {
			await file.writeFile('half');
			expect(readFileSync(path, 'utf8')).toBe('old');
			throw new Error('power cut');
		});
		await expect(failing).rejects.toThrow('power cut');
		expect(readFileSync(path, 'utf8')).toBe('old');
		expect(readdirSync(directory())).toEqual(['a']);
	});
});

test('a name for the time of writing is known', async () => {
	await writeWhole(join(directory(), 'a.bin'), () => {
		expect(readdirSync(directory()).map((name) => isTemporaryOf('a.bin', name))).toEqual([true]);
		return Promise.resolve();
	});
	expect(isTemporaryOf('a.bin', 'a.bin')).toBe(false);
});

describe('a part of a file', () => {
	const part = Uint8Array.from({length: 100}, (_, i) => i);

	test('is written and read to its end, however little comes at a time', async () => {
		const file = await open(join(directory(), 'a'), 'w+');
		const slow = {
			read: (bytes: Uint8Array, at: number, length: number, from: number) =>
				file.read(bytes, at, Math.min(7, length), from),
			write: (bytes: Uint8Array, at: number, length: number, to: number) =>
				file.write(bytes, at, Math.min(7, length), to),
		} as FileHandle;
		await writeAll(slow, part, 5);
		const bytes = new Uint8Array(100);
		await readAll(slow, bytes, 5);
		expect(bytes).toEqual(part);
		await file.close();
	});

	test('beyond its end is ERR_SOPHIA_IO', async () => {
		writeFileSync(join(directory(), 'a'), 'short');
		const file = await open(join(directory(), 'a'));
		await expect(readAll(file, new Uint8Array(10), 2)).rejects.toMatchObject({
			code: 'ERR_SOPHIA_IO',
			message: 'Expected 10 bytes from byte 2 on, got 3 and the end of the file',
		});
		await file.close();
	});
});

test('what is no file is named by its kind', () => {
	expect(noFile(directory(), statSync(directory())).message).toMatch(/to be a regular file, got a directory$/);
	expect(noFile('/dev/null', statSync('/dev/null'))).toMatchObject({
		code: 'ERR_SOPHIA_IO',
		message: 'Expected `/dev/null` to be a regular file, got a device',
	});
});

describe('makeDirectory', () => {
	test('makes those above it, and says which was not there', () => {
		expect(makeDirectory(join(directory(), 'a/b/c'))).toBe(join(directory(), 'a'));
		expect(makeDirectory(join(directory(), 'a/b/c'))).toBeUndefined();
		expect(makeDirectory(join(directory(), 'a/b/d'))).toBe(join(directory(), 'a/b/d'));
	});

	test('fails where something else is, and where nothing can be made', () => {
		writeFileSync(join(directory(), 'file'), '');
		expect(() => makeDirectory(join(directory(), 'file'))).toThrow('EEXIST');
		expect(() => makeDirectory(join(directory(), 'file/a'))).toThrow('ENOTDIR');
		expect(() => makeDirectory('/proc/none/a')).toThrow('ENOENT');
	});
});

describe('inDirectory', () => {
	const path = () => join(directory(), 'a', 'b');

	test('makes a directory, and gives what the work gives', async () => {
		const result = await inDirectory(path(), () => writeWhole(join(path(), 'c'), () => Promise.resolve(5)));
		expect(result).toBe(5);
		expect(readdirSync(path())).toEqual(['c']);
	});

	test('leaves nothing of it when the work fails, and what was there before', async () => {
		const failing = () => inDirectory(path(), () => Promise.reject(new Error('no')));
		await expect(failing()).rejects.toThrow('no');
		expect(readdirSync(directory())).toEqual([]);
		mkdirSync(join(directory(), 'a'));
		await expect(failing()).rejects.toThrow('no');
		expect(readdirSync(directory())).toEqual(['a']);
		mkdirSync(path());
		await expect(failing()).rejects.toThrow('no');
		expect(readdirSync(join(directory(), 'a'))).toEqual(['b']);
	});

	test('leaves what somebody else put there meanwhile', async () => {
		const failing = inDirectory(path(), async () => {
			await writeWhole(join(directory(), 'a', 'other'), (file) => file.writeFile('x'));
			throw new Error('no');
		});
		await expect(failing).rejects.toThrow('no');
		expect(readdirSync(join(directory(), 'a'))).toEqual(['other']);
	});
});
