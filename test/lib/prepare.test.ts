import {mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {gzipSync} from 'node:zlib';
import {Dataset} from '../../lib/dataset';
import {prepare} from '../../lib/prepare';
import type {PrepareOptions} from '../../lib/preparation';
import {holdsOut} from '../../lib/split';
import {gpt2} from '../../lib/tokenizer';
import {temporaryDirectory} from './temporary';
import {table} from './text/table';

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
			format: 'llm.c',
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

	test('a crash between the two shards leaves no dataset, whatever was there before', async () => {
		const data = join(directory(), 'data');
		mkdirSync(join(data, 'train.bin', 'x'), {recursive: true}); // what stands in the way of the second
		await expect(prepare({text: 'some text to prepare', directory: data})).rejects.toThrow();
		expect(readdirSync(data).sort()).toEqual(['dataset.json', 'train.bin', 'val.bin']);
		rmSync(join(data, 'train.bin'), {recursive: true});
		writeFileSync(join(data, 'train.bin'), 'of another text.');
		expect(() => Dataset.open(data)).toThrow(
			expect.objectContaining({code: 'ERR_SOPHIA_FORMAT', message: expect.stringContaining('did not come to its end')}),
		);
		rmSync(join(data, 'train.bin'));
		await prepare({text: 'some text to prepare', directory: data});
		expect(Dataset.open(data).train.tokens).toBe(18);
	});

	test('a directory within the texts is not read as one of them', async () => {
		const texts = join(directory(), 'texts');
		mkdirSync(texts);
		writeFileSync(join(texts, 'a.txt'), 'a text of some length');
		for (const data of [texts, join(texts, 'data')]) {
			for (let run = 0; run < 2; run++) {
				await prepare({files: [texts], directory: data, split: 'end'});
				expect(Dataset.open(data).train.tokens).toBe(19);
				writeFileSync(join(data, 'train.bin.tmp-1'), 'left by a crash');
			}
			['dataset.json', 'train.bin', 'val.bin', 'train.bin.tmp-1'].forEach((name) => rmSync(join(data, name)));
		}
		await prepare({files: [texts], directory: texts, split: 'end'});
		await expect(prepare({files: [join(texts, 'train.bin')], directory: texts})).rejects.toMatchObject({
			code: 'ERR_SOPHIA_INVALID_ARGUMENT',
			message: expect.stringContaining('train.bin`, which the preparation itself writes'),
		});
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

	test('a failure takes no directory away that was there', async () => {
		const data = join(directory(), 'data');
		mkdirSync(data);
		await expect(prepare({text: '', directory: data})).rejects.toThrow('got 0 and 0');
		expect(readdirSync(directory())).toEqual(['data']);
	});
});

/** The tokens of GPT-2 in a file, as text. */
function text2(name: string, directory: string, begin = 1024): string {
	const shard = readFileSync(join(directory, name)).subarray(begin);
	return gpt2.decode(new Uint16Array(Uint8Array.from(shard).buffer));
}

describe('documents', () => {
	const documents = Array.from({length: 60}, (_, i) => `document ${i} 🎉`);
	const jsonl = documents.map((text) => `${JSON.stringify({text})}\n`).join('');
	const data = () => join(directory(), 'data');
	const put = (name: string, content: string | Uint8Array) => {
		writeFileSync(join(directory(), name), content);
		return join(directory(), name);
	};
	const held = documents.filter((_, i) => holdsOut(7, i, 0.25));
	const kept = documents.filter((_, i) => !holdsOut(7, i, 0.25));
	const make = (files: string[], options: Partial<PrepareOptions> = {}) =>
		prepare({files, directory: data(), validation: 0.25, seed: 7, tokenizer: 'gpt2', ...options});

	test.each<[string, () => string]>([
		['JSON lines', () => put('a.jsonl', jsonl)],
		['JSON lines in gzip', () => put('a.jsonl.gz', gzipSync(jsonl))],
		['parquet', () => put('a.parquet', table({groups: [documents.slice(0, 20), [], documents.slice(20)]}))],
		[
			'a directory',
			() => {
				mkdirSync(join(directory(), 'd'));
				documents.forEach((text, i) => put(`d/${String(i).padStart(2, '0')}.txt`, text));
				return join(directory(), 'd');
			},
		],
	])('of %s are separated, and go to one of the shards by their number', async (_name, file) => {
		await make([file()]);
		expect(held.length).toBeGreaterThan(5);
		expect(text2('train.bin', data())).toBe(kept.map((text) => `<|endoftext|>${text}`).join(''));
		expect(text2('val.bin', data())).toBe(held.map((text) => `<|endoftext|>${text}`).join(''));
	});

	test('of bytes have a line break between them', async () => {
		await make([put('a.jsonl', jsonl)], {tokenizer: 'bytes'});
		expect(tokens('train.bin')).toBe(kept.join('\n'));
		expect(tokens('val.bin')).toBe(held.join('\n'));
	});

	test('may be split at their end instead', async () => {
		await make([put('a.jsonl', jsonl)], {tokenizer: 'bytes', split: 'end'});
		expect(tokens('train.bin') + tokens('val.bin')).toBe(documents.join('\n'));
		expect(tokens('val.bin').length).toBe(Math.round(documents.join('\n').length / 4));
	});

	test('plain text files that are named are documents of GPT-2, and one text of bytes', async () => {
		const files = [put('a.txt', 'one text'), put('b.txt', 'and two')];
		await make(files);
		expect(text2('train.bin', data()) + text2('val.bin', data())).toBe('<|endoftext|>one text<|endoftext|>and two');
		await make(files, {tokenizer: 'bytes'});
		expect(tokens('train.bin') + tokens('val.bin')).toBe('one textand two');
	});

	test('are written as nanoGPT reads them', async () => {
		await make([put('a.jsonl', jsonl)], {format: 'nanogpt'});
		expect(text2('val.bin', data(), 0)).toBe(held.map((text) => `<|endoftext|>${text}`).join(''));
		expect(JSON.parse(readFileSync(join(data(), 'dataset.json'), 'utf8'))).toMatchObject({
			tokenizer: 'gpt2',
			vocabulary: 50257,
			format: 'nanogpt',
		});
	});

	test('twice the same text gives twice the same bytes', async () => {
		const files = [put('a.jsonl', jsonl), put('b.parquet', table({groups: [documents, documents]}))];
		const bytes = async () => {
			await make(files);
			return readdirSync(data()).map((name) => readFileSync(join(data(), name)));
		};
		expect(await bytes()).toEqual(await bytes());
	});

	test('none of which is for validation are refused, with a way out', async () => {
		const making = make([put('a.jsonl', '{"text": "only one"}')], {validation: 0.001});
		await expect(making).rejects.toThrow('to train on and to validate on, got 3 and 0; `split: end` takes the end');
		expect(readdirSync(directory())).toEqual(['a.jsonl']);
	});

	test('that are damaged leave what was there', async () => {
		await make([put('a.jsonl', jsonl)]);
		const before = readdirSync(data()).map((name) => readFileSync(join(data(), name)));
		const making = make([put('b.jsonl', `${jsonl}{"text": 1}\n`)]);
		await expect(making).rejects.toMatchObject({
			code: 'ERR_SOPHIA_FORMAT',
			message: expect.stringContaining('b.jsonl`: line 61: expected `text` to be a string, got number'),
		});
		expect(readdirSync(data()).map((name) => readFileSync(join(data(), name)))).toEqual(before);
	});
});
