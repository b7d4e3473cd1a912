import {mkdirSync, readdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {prepare} from '../../lib/prepare';
import {temporaryDirectory} from './temporary';

const directory = temporaryDirectory();

function tokens(name: string): string {
	const shard = readFileSync(join(directory(), 'data', name)).subarray(1024);
	return Buffer.from(new Uint16Array(Uint8Array.from(shard).buffer)).toString();
}

describe('prepare', () => {
	test('splits a text at its end and describes what it wrote', async () => {
		const data = join(directory(), 'data');
		await prepare({text: 'to train on, to validate', directory: data, validation: 0.5});
		expect(tokens('train.bin')).toBe('to train on,');
		expect(tokens('val.bin')).toBe(' to validate');
		expect(JSON.parse(readFileSync(join(data, 'dataset.json'), 'utf8'))).toEqual({
			tokenizer: 'bytes',
			vocabulary: 256,
			train: {file: 'train.bin', tokens: 12},
			validation: {file: 'val.bin', tokens: 12},
		});
		expect(readdirSync(data).sort()).toEqual(['dataset.json', 'train.bin', 'val.bin']);
	});

	test('reads many files in pieces, tells how far it is, and keeps every byte', async () => {
		const text = Array.from({length: 300_000}, (_, i) => `line ${i}\n`).join('');
		const files = [0, 1].map((i) => join(directory(), `${i}.txt`));
		files.forEach((file, i) => writeFileSync(file, text.slice(i * 1_500_000, i === 0 ? 1_500_000 : undefined)));
		const seen: number[] = [];
		await prepare({
			files,
			directory: join(directory(), 'data'),
			onProgress({bytes, total}) {
				seen.push(bytes);
				expect(total).toBe(text.length);
			},
		});
		expect(tokens('train.bin') + tokens('val.bin')).toBe(text);
		expect(tokens('val.bin').length).toBe(Math.round(text.length / 10));
		expect(seen).toEqual([...seen].sort((a, b) => a - b));
		expect(seen.at(-1)).toBe(text.length);
	});

	test.each([
		['no text', {text: ''}],
		['no files', {files: []}],
		['three bytes', {text: 'abc', validation: 0.5}],
		['nothing to validate on', {text: 'a short text', validation: 0.01}],
	])('%s is ERR_SOPHIA_INVALID_ARGUMENT and writes nothing', async (_name, options) => {
		const failing = prepare({...options, directory: join(directory(), 'data')});
		await expect(failing).rejects.toBeInstanceOf(RangeError);
		await expect(failing).rejects.toMatchObject({code: 'ERR_SOPHIA_INVALID_ARGUMENT'});
		expect(readdirSync(directory())).toEqual([]);
	});

	test.each([[0], [1], [-0.5], [Number.NaN]])('a validation part of %d is rejected', async (validation) => {
		const failing = prepare({text: 'some text', directory: directory(), validation});
		await expect(failing).rejects.toMatchObject({code: 'ERR_SOPHIA_INVALID_ARGUMENT'});
	});

	test.each<[object, string]>([
		[{files: 'book.txt'}, 'Expected `files` to be an array, got `book.txt` (string)'],
		[{files: ['a', 5]}, 'Expected `files[1]` to be a string, got `5` (number)'],
		[{files: ['a\0']}, 'Expected `files[0]` to be a path, without NUL characters'],
		[{text: {}}, 'Expected `text` to be a string, got `{}` (object)'],
		[{text: 'a text', files: ['a']}, 'Expected `files` or `text`, got both'],
		[{}, 'Expected `files` or `text`, got neither'],
		[{text: 'a text', signal: 'x'}, 'Expected `signal` to be an AbortSignal, got `x` (string)'],
		[{text: 'a text', onProgress: 5}, 'Expected `onProgress` to be a function, got `5` (number)'],
		[{text: 'a text', validation: 2}, 'Expected `validation` to be in (0, 1), got `2`'],
	])('%j is refused', async (options, message) => {
		const failing = prepare({...options, directory: join(directory(), 'data')});
		await expect(failing).rejects.toMatchObject({
			code: 'ERR_SOPHIA_INVALID_ARGUMENT',
			message: expect.stringContaining(message),
		});
		expect(readdirSync(directory())).toEqual([]);
	});

	test('a misspelt option is named', async () => {
		const failing = prepare({text: 'some text', directory: directory(), validaton: 0.1} as never);
		await expect(failing).rejects.toThrow('did you mean `validation`?');
	});

	test('a file that is not there is ERR_SOPHIA_IO', async () => {
		const failing = prepare({files: [join(directory(), 'none')], directory: join(directory(), 'data')});
		await expect(failing).rejects.toMatchObject({code: 'ERR_SOPHIA_IO', message: expect.stringContaining('none')});
	});

	test('a directory in the place of a file is ERR_SOPHIA_IO', async () => {
		mkdirSync(join(directory(), 'data', 'train.bin', 'x'), {recursive: true});
		const failing = prepare({text: 'some text to prepare', directory: join(directory(), 'data')});
		await expect(failing).rejects.toMatchObject({code: 'ERR_SOPHIA_IO'});
	});

	test('an aborted signal stops it, before the first byte or later, and keeps what was there', async () => {
		const data = join(directory(), 'data');
		await prepare({text: 'the first text of all', directory: data});
		const before = readdirSync(data).map((name) => readFileSync(join(data, name)));
		const signal = AbortSignal.abort('why');
		const text = 'x'.repeat(5_000_000);
		await expect(prepare({text, directory: data, signal})).rejects.toMatchObject({code: 'ABORT_ERR', cause: 'why'});
		const later = new AbortController();
		const failing = prepare({text, directory: data, signal: later.signal, onProgress: () => later.abort()});
		await expect(failing).rejects.toMatchObject({code: 'ABORT_ERR'});
		expect(readdirSync(data).map((name) => readFileSync(join(data, name)))).toEqual(before);
	});
});
