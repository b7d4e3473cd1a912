import {Readable} from 'node:stream';
import {limitDefaults} from '../../../lib/text/limits';
import {readJsonLines} from '../../../lib/text/jsonl';
import {chunked, damaged, dice, survives, texts} from './streams';

const read = (text: string | Uint8Array, field = 'text', size?: number, limits = limitDefaults) =>
	texts(readJsonLines('a.jsonl', chunked(Buffer.from(text), size), field, limits));

describe('JSON lines', () => {
	test.each([1, 7, 1000])('are read in chunks of %d bytes, with any line ends', async (size) => {
		const lines = '\uFEFF{"text": "one"}\r\n\n{"id": 1, "text": "zwölf\\n\\u00e9"}\n  \n{"text": ""}\n{"text": "last"}';
		expect(await read(lines, 'text', size)).toEqual(['one', 'zwölf\né', 'last']);
	});

	test('another field may hold the text, also one that objects have anyway', async () => {
		expect(await read('{"body": "a", "text": 1}', 'body')).toEqual(['a']);
		await expect(read('{"text": "a"}', 'toString')).rejects.toThrow('line 1: has no field `toString`');
	});

	test.each<[string, string | Uint8Array, string]>([
		['no JSON', '{"text": "a"}\n{"text": ', 'line 2: is no JSON: '],
		['a control character', '{"text": "a\0"}', 'line 1: is no JSON: '],
		['an array', '[{"text": "a"}]', 'line 1: expected an object'],
		['null', 'null', 'line 1: expected an object'],
		['another field', '\n\n{"texts": "a"}', 'line 3: has no field `text`, did you mean `texts`?'],
		['a number', '{"text": 5}', 'line 1: expected `text` to be a string, got number'],
		['nothing', '{"text": null}', 'line 1: expected `text` to be a string, got null'],
		['Latin-1', Buffer.from('{"text": "é"}', 'latin1'), 'line 1: expected UTF-8, got other bytes'],
		['brackets without end', '['.repeat(1e6), 'line 1: is no JSON: '],
	])('%s is refused, with the line', async (_name, text, message) => {
		await expect(read(text)).rejects.toMatchObject({
			code: 'ERR_SOPHIA_FORMAT',
			message: expect.stringContaining(`\`a.jsonl\`: ${message}`),
		});
	});

	test('what is said of a line has nothing in it that a terminal obeys', async () => {
		const hostile = read('{"text\\u001b[2J": 1, \u001b[31m}');
		await expect(hostile).rejects.toThrow(expect.objectContaining({message: expect.not.stringMatching(/\p{Cc}/u)}));
		const named = read('{"text\\u001b": 1}');
		await expect(named).rejects.toThrow(expect.objectContaining({message: expect.not.stringMatching(/\p{Cc}/u)}));
	});

	test('a line longer than what may be held is refused before it is held', async () => {
		const limits = {...limitDefaults, maximumHeld: 100};
		const lines = `{"text": "a"}\n{"text": "${'x'.repeat(200)}"}\n`;
		await expect(read(lines, 'text', 10, limits)).rejects.toThrow(/expected line 2 of at most 100 bytes, got 10\d;/);
	});

	test('a line longer than any string is refused, whatever may be held', async () => {
		const part = Buffer.alloc(2 ** 26, 'x');
		const chunks = Readable.from(Array.from({length: 9}, () => part));
		const reading = texts(readJsonLines('a.jsonl', chunks, 'text', {...limitDefaults, maximumHeld: 2 ** 40}));
		await expect(reading).rejects.toMatchObject({
			code: 'ERR_SOPHIA_FORMAT',
			message: expect.stringContaining('`a.jsonl`: line 1: expected at most '),
		});
	});

	test('damaged lines are read or refused', async () => {
		const good = Buffer.from('{"text": "some text"}\n{"id": 7, "text": "é\\ud83c\\udf89"}\n{"text": "more"}\n');
		const roll = dice(1);
		const outcomes = new Set<string>();
		for (let i = 0; i < 2000; i++) {
			outcomes.add(await survives(read(damaged(good, roll), 'text', 1 + roll(20)), 'a.jsonl'));
		}
		expect([...outcomes].sort()).toEqual(['read', 'refused']);
	});
});
