import {execFileSync} from 'node:child_process';
import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {ByteReader, textOfFiles, textOfString} from '../../lib/text';
import {temporaryDirectory} from './temporary';

const directory = temporaryDirectory();

async function take(reader: ByteReader, count: number): Promise<string> {
	const chunks: Uint8Array[] = [];
	for await (const chunk of reader.take(count)) {
		chunks.push(chunk);
	}
	return Buffer.concat(chunks).toString();
}

describe('text', () => {
	test('files are read one after the other, whatever the pieces', async () => {
		const files = ['a', 'b', 'c'].map((name) => join(directory(), name));
		const parts = ['x'.repeat(3_000_000), '', 'end'];
		files.forEach((file, i) => writeFileSync(file, parts[i] ?? ''));
		const {total, chunks} = await textOfFiles(files);
		expect(total).toBe(3_000_003);
		const reader = new ByteReader(chunks);
		expect(await take(reader, 2_500_000)).toBe('x'.repeat(2_500_000));
		expect(await take(reader, 500_001)).toBe(`${'x'.repeat(500_000)}e`);
		expect(await take(reader, 2)).toBe('nd');
		await reader.close();
	});

	test('a string is counted in bytes', async () => {
		const {total, chunks} = textOfString('é!');
		expect(total).toBe(3);
		expect(await take(new ByteReader(chunks), 3)).toBe('é!');
	});

	test('a stream that ends early is an error of its own', async () => {
		const reader = new ByteReader(textOfString('abc').chunks);
		await expect(take(reader, 4)).rejects.toMatchObject({code: 'ERR_SOPHIA_IO'});
	});

	test('what is no regular file is refused before it is opened', async () => {
		const pipe = join(directory(), 'pipe');
		execFileSync('mkfifo', [pipe]);
		for (const [path, kind] of [
			[directory(), 'directory'],
			[pipe, 'pipe'],
			['/dev/null', 'device'],
		] as const) {
			const message = `Expected \`${path}\` to be a regular file, got a ${kind}`;
			await expect(textOfFiles([path])).rejects.toMatchObject({code: 'ERR_SOPHIA_IO', message});
		}
	});

	test('a file that is not there is the error of the system', async () => {
		await expect(textOfFiles([join(directory(), 'none')])).rejects.toMatchObject({code: 'ENOENT'});
	});
});
