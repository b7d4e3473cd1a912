import {execFileSync} from 'node:child_process';
import {truncateSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {argumentError} from '../../../lib/errors';
import {inFile, readJson, readText} from '../../../lib/pretrained/json';
import {temporaryDirectory} from '../temporary';

const directory = temporaryDirectory();
const file = () => join(directory(), 'a.json');

const format = (message: string) =>
	expect.objectContaining({code: 'ERR_SOPHIA_FORMAT', message: expect.stringContaining(message)}) as Error;

describe('a JSON file', () => {
	test('is read as what it holds', () => {
		writeFileSync(file(), '{"a": [1, null]}');
		expect(readJson(file())).toEqual({a: [1, null]});
		expect(readText(file())).toBe('{"a": [1, null]}');
	});

	test.each([
		...['', '{', '[1]', 'null', '"a"', '5', '{"a": 1}x', '\uFEFF{}', '{"a": 01}'].map((text) => [text, text]),
		['a hundred thousand brackets', '['.repeat(100_000)],
	])('of %j is refused with its name', (_name, text = '') => {
		writeFileSync(file(), text);
		expect(() => readJson(file())).toThrow(format(`\`${file()}\`: `));
	});

	test('of control characters is refused without them', () => {
		writeFileSync(file(), '{"\u001b[31m": }');
		expect(() => readJson(file())).toThrow(/^[^\p{Cc}]*$/u);
		expect(() => readJson(file())).toThrow(format('JSON'));
	});

	test('of more than 16 MiB is refused before it is read', () => {
		writeFileSync(file(), '{}');
		truncateSync(file(), 2 ** 40);
		expect(() => readJson(file())).toThrow(format('Expected at most 16777216 bytes, got 1099511627776'));
	});

	test('that is none, a directory or a pipe is ERR_SOPHIA_IO', () => {
		const io = (message: string) =>
			expect.objectContaining({code: 'ERR_SOPHIA_IO', message: expect.stringContaining(message)}) as Error;
		expect(() => readJson(file())).toThrow(io('ENOENT'));
		expect(() => readJson(directory())).toThrow(io('to be a regular file, got a directory'));
		execFileSync('mkfifo', [file()]);
		expect(() => readJson(file())).toThrow(io('to be a regular file, got a pipe'));
	});
});

test('a wrong argument is a wrong file, anything else stays what it is', () => {
	const wrong = argumentError('range', 'Expected `n` to be 1');
	const check = (error: Error) => () =>
		inFile('a', () => {
			throw error;
		});
	expect(check(wrong)).toThrow(expect.objectContaining({code: 'ERR_SOPHIA_FORMAT', cause: wrong}));
	expect(check(wrong)).toThrow('`a`: Expected `n` to be 1');
	const other = new Error('other');
	expect(check(other)).toThrow(other);
	expect(inFile('a', () => 5)).toBe(5);
});
