import {createHash} from 'node:crypto';
import {rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {tokenizerFiles, tokenizerKind} from '../../../lib/pretrained/tokenizer';
import {temporaryDirectory} from '../temporary';

const directory = temporaryDirectory();
const write = (name: string, text: string) => writeFileSync(join(directory(), name), text);
const {'vocab.json': vocabulary, 'merges.txt': merges} = tokenizerFiles();
const kind = () => tokenizerKind(directory());

/** The `tokenizer.json` of GPT-2, as far as it decides; merges are pairs in newer ones. */
const whole = (changes: object = {}, model: object = {}) =>
	JSON.stringify({
		normalizer: null,
		pre_tokenizer: {type: 'ByteLevel', add_prefix_space: false},
		model: {type: 'BPE', vocab: JSON.parse(vocabulary) as object, merges: merges.split('\n').slice(1, -1), ...model},
		...changes,
	});

describe("GPT-2's tokenizer", () => {
	// OpenAI's encoder.json and vocab.bpe, by the hashes in tiktoken's tiktoken_ext/openai_public.py.
	test.each([
		['vocab.json', '196139668be63f3b5d6574427317ae82f612a97c5d1cdaf36ed2256dbf636783'],
		['merges.txt', '1ce1664773c50f3e0cc8842619a93edc4624525b728b188a9e0be33b7726adc5'],
	] as const)('is written to %s as OpenAI published it, byte for byte', (name, published) => {
		const hash = createHash('sha256').update(tokenizerFiles()[name]);
		expect(hash.digest('hex')).toBe(published);
	});

	test('is known by any of its files, and not without one', () => {
		expect(kind()).toBe('none');
		const files: [string, string][] = [
			['vocab.json', vocabulary],
			['merges.txt', merges.replaceAll('\n', '\r\n')],
			['merges.txt', merges.split('\n').slice(1).join('\n')],
			['tokenizer.json', whole()],
			[
				'tokenizer.json',
				whole(
					{},
					{
						merges: merges
							.split('\n')
							.slice(1, -1)
							.map((pair) => pair.split(' ')),
					},
				),
			],
		];
		for (const [name, text] of files) {
			write(name, text);
			expect([name, kind()]).toEqual([name, 'gpt2']);
			rmSync(join(directory(), name));
		}
	});

	test.each<[string, string, string]>([
		['a token fewer', 'vocab.json', vocabulary.replace(', "<|endoftext|>": 50256', '')],
		['a token more', 'vocab.json', vocabulary.replace(/}$/, ', "<pad>": 50257}')],
		['other numbers', 'vocab.json', vocabulary.replace('"!": 0, "\\"": 1', '"!": 1, "\\"": 0')],
		['no tokens', 'vocab.json', '{}'],
		['other merges', 'merges.txt', merges.replace('Ġ t\nĠ a', 'Ġ a\nĠ t')],
		['no merges', 'merges.txt', ''],
		['another model', 'tokenizer.json', whole({}, {type: 'Unigram'})],
		['a normalizer', 'tokenizer.json', whole({normalizer: {type: 'NFC'}})],
		['another split', 'tokenizer.json', whole({pre_tokenizer: {type: 'Whitespace'}})],
		['a space before all', 'tokenizer.json', whole({pre_tokenizer: {type: 'ByteLevel', add_prefix_space: true}})],
		['other pairs', 'tokenizer.json', whole({}, {merges: []})],
	])('is not what has %s', (_name, file, text) => {
		write(file, text);
		expect(kind()).toBe('other');
		write(file === 'vocab.json' ? 'merges.txt' : 'vocab.json', file === 'vocab.json' ? merges : vocabulary);
		expect(kind()).toBe('other');
	});

	test.each<[string, string]>([
		['tokenizer.json', '{'],
		['tokenizer.json', '{}'],
		['tokenizer.json', whole({}, {vocab: null})],
		['tokenizer.json', whole({}, {vocab: [5]})],
		['tokenizer.json', whole({}, {merges: 5})],
		['tokenizer.json', whole({}, {type: 5})],
		['tokenizer.json', whole({pre_tokenizer: 5})],
		['vocab.json', '[]'],
		['vocab.json', 'ab'],
		['vocab.json', '{"a": "b"}'],
		['vocab.json', '{"a": -1}'],
		['vocab.json', '{"a": 0.5}'],
		['vocab.json', '{"a": {}}'],
	])('is not read from a %s that is none (%#)', (name, text) => {
		write(name, text);
		expect(kind).toThrow(expect.objectContaining({code: 'ERR_SOPHIA_FORMAT'}));
		expect(kind).toThrow(name);
	});
});
