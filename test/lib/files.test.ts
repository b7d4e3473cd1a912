import {mkdirSync, readdirSync, readFileSync, statSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {inDirectory, makeDirectory, noFile, writeWhole} from '../../lib/files';
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
