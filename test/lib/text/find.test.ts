import {execFileSync} from 'node:child_process';
import {mkdirSync, symlinkSync, writeFileSync} from 'node:fs';
import {dirname, join, relative} from 'node:path';
import {findFiles} from '../../../lib/text/find';
import {temporaryDirectory} from '../temporary';

const directory = temporaryDirectory();
const at = (name: string) => join(directory(), name);

function put(...names: string[]): void {
	for (const name of names) {
		mkdirSync(dirname(at(name)), {recursive: true});
		writeFileSync(at(name), 'text');
	}
}

const found = async (path: string, followLinks = false) =>
	(await findFiles([path], followLinks)).map((file) => relative(directory(), file.path));

describe('files', () => {
	test('a name says what is in it', async () => {
		const names = ['a.txt', 'b', 'c.JSONL', 'd.json.gz', 'e.ndjson.zst', 'f.parquet', 'g.txt.zstd', 'h.gz', 'i.py'];
		put(...names);
		const files = await findFiles(names.map(at), false);
		expect(files.map(({form, packing}) => `${form} ${packing ?? ''}`.trim())).toEqual([
			'text',
			'text',
			'jsonl',
			'jsonl gzip',
			'jsonl zstd',
			'parquet',
			'text zstd',
			'text gzip',
			'text',
		]);
		expect(files[0]).toEqual({path: at('a.txt'), form: 'text', packing: undefined, size: 4, listed: false});
	});

	test('a directory is all that is in it, in order, but for names that begin with a dot', async () => {
		put('d/b.txt', 'd/a/2.txt', 'd/a/10.txt', 'd/B.txt', 'd/.hidden', 'd/.git/x.txt', 'd/a.txt');
		expect(await found(at('d'))).toEqual(['d/B.txt', 'd/a.txt', 'd/a/10.txt', 'd/a/2.txt', 'd/b.txt']);
		expect((await findFiles([at('d')], false)).every(({listed}) => listed)).toBe(true);
	});

	test('what cannot be read as text is refused by its name', async () => {
		for (const name of ['a.tar.gz', 'a.tgz', 'a.zip', 'a.tar.zst', 'a.txt.xz', 'a.7z', 'a.TAR']) {
			put(name);
			await expect(found(at(name))).rejects.toMatchObject({
				code: 'ERR_SOPHIA_FORMAT',
				message: `\`${at(name)}\`: is an archive; unpack it, and give its directory`,
			});
		}
		put('a.parquet.gz');
		await expect(found(at('a.parquet.gz'))).rejects.toThrow('is a packed table; unpack it first');
	});

	test('a directory with nothing in it, or nothing there, is ERR_SOPHIA_IO or the error of the system', async () => {
		mkdirSync(at('empty'));
		const message = `Expected \`${at('empty')}\` to have text files in it, got none`;
		await expect(found(at('empty'))).rejects.toMatchObject({code: 'ERR_SOPHIA_IO', message});
		await expect(found(at('none'))).rejects.toMatchObject({code: 'ENOENT'});
	});

	test('what is no regular file is refused, also in a directory', async () => {
		mkdirSync(at('d'));
		execFileSync('mkfifo', [at('d/pipe')]);
		const message = `Expected \`${at('d/pipe')}\` to be a regular file, got a pipe`;
		for (const path of [at('d'), at('d/pipe')]) {
			await expect(found(path)).rejects.toMatchObject({code: 'ERR_SOPHIA_IO', message});
		}
		await expect(found('/dev/null')).rejects.toThrow('to be a regular file, got a device');
	});

	test('links in a directory are followed only where somebody says so', async () => {
		put('elsewhere/secret.txt', 'd/a.txt');
		symlinkSync(at('elsewhere/secret.txt'), at('d/link.txt'));
		await expect(found(at('d'))).rejects.toMatchObject({
			code: 'ERR_SOPHIA_IO',
			message: `\`${at('d/link.txt')}\` is a symbolic link; \`followLinks\` follows it`,
		});
		expect(await found(at('d'), true)).toEqual(['d/a.txt', 'd/link.txt']);
		symlinkSync(at('elsewhere'), at('d/more'));
		expect(await found(at('d'), true)).toEqual(['d/a.txt', 'd/link.txt', 'd/more/secret.txt']);
		expect(await found(at('d/link.txt'))).toEqual(['d/link.txt']);
	});

	test('a link that leads back does not go round for ever', async () => {
		put('d/e/a.txt');
		symlinkSync(at('d'), at('d/e/back'));
		await expect(found(at('d'), true)).rejects.toThrow('leads back to a directory that it lies in');
		symlinkSync(at('loop'), at('loop'));
		await expect(found(at('loop'))).rejects.toMatchObject({code: 'ELOOP'});
	});
});
