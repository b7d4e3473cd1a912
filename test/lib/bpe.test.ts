import {readFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {encode as reference} from 'gpt-tokenizer/encoding/r50k_base';
import {longestWord} from '../../lib/bpe';
import {gpt2Encoding} from '../../lib/tokenizer';
import {dice} from './text/streams';

const plain = (text: string) => reference(text, {disallowedSpecial: new Set()});
const encode = (text: string) => gpt2Encoding().encode(text).tokens;
const decode = (tokens: readonly number[]) =>
	Buffer.concat(tokens.map((token) => gpt2Encoding().bytes(token) ?? Buffer.alloc(0))).toString();

/** Words, numbers, signs, spaces and scripts in any order. */
function anything(roll: (limit: number) => number, length: number): string {
	const parts = [
		" don't",
		"'ll",
		'THE',
		' the',
		'日本',
		'語。',
		' 12',
		'345',
		'!!',
		' …',
		'\n\n',
		'  ',
		'\t',
		'\r\n',
		' ',
		'🎉',
	];
	const more = [
		'é',
		' naïve',
		"it's",
		"'S",
		'<|endoftext|>',
		'\u00A0',
		'\u3000',
		'_',
		'----',
		'ß',
		' Ωmega',
		'½',
		'\0',
	];
	const all = [...parts, ...more];
	return Array.from({length}, () => all[roll(all.length)] ?? '').join('');
}

describe('byte-pair encoding', () => {
	test('has the tokens of the file that OpenAI publishes', () => {
		const path = createRequire(__filename).resolve('gpt-tokenizer/data/r50k_base.tiktoken');
		const lines = readFileSync(path, 'utf8').trim().split('\n');
		expect(lines).toHaveLength(50256);
		for (const line of lines) {
			const [bytes = '', rank] = line.split(' ');
			expect(Buffer.from(gpt2Encoding().bytes(Number(rank)) ?? []).toString('base64')).toBe(bytes);
		}
	});

	// As tiktoken's gpt2 encodes them.
	test.each<[string, number[]]>([
		['Hello world', [15496, 995]],
		["I don't know", [40, 836, 470, 760]],
		['', []],
		['<|endoftext|>', [27, 91, 437, 1659, 5239, 91, 29]],
	])('%j is %j', (text, tokens) => {
		expect(encode(text)).toEqual(tokens);
	});

	test('agrees with another implementation on anything', () => {
		const roll = dice(1);
		for (let i = 0; i < 1500; i++) {
			const text = anything(roll, 1 + roll(30));
			expect([text, encode(text)]).toEqual([text, plain(text)]);
		}
	});

	test('white space is what Unicode says: U+0085 is, U+FEFF is not', () => {
		expect(decode(encode('a\uFEFFb\u0085c'))).toBe('a\uFEFFb\u0085c');
		expect(encode('a \uFEFFb')).toEqual([...encode('a'), ...encode(' \uFEFF'), ...encode('b')]);
		expect(encode('a  \u0085b')).toEqual([...encode('a'), ...encode('  '), ...encode('\u0085'), ...encode('b')]);
	});

	test('what is encoded in pieces is encoded as the whole', () => {
		const roll = dice(2);
		for (let i = 0; i < 500; i++) {
			const text = anything(roll, 40);
			const tokens: number[] = [];
			let rest = '';
			for (let at = 0; at < text.length;) {
				const size = 1 + roll(9);
				const {tokens: some, end} = gpt2Encoding().encode(rest + text.slice(at, at + size), true);
				tokens.push(...some);
				rest = (rest + text.slice(at, at + size)).slice(end);
				at += size;
			}
			expect([text, [...tokens, ...encode(rest)]]).toEqual([text, encode(text)]);
		}
	});

	test.each([
		['one letter', 'a'],
		['spaces', ' '],
		['line breaks', '\n'],
		['one sign', '='],
		['one digit', '7'],
		['letters of many bytes', '語'],
		['pairs of surrogates', '𝒳'],
	])('a run of %s takes no longer than its length warrants, and is all there', (_name, character) => {
		const text = character.repeat(400_000 / character.length);
		const begin = performance.now();
		const tokens = encode(text);
		expect(performance.now() - begin).toBeLessThan(10_000);
		expect(decode(tokens) === text).toBe(true);
	});

	test('a word of many different letters takes no longer than its length warrants', () => {
		const roll = dice(3);
		const text = Array.from({length: 2 * longestWord}, () => String.fromCharCode(97 + roll(26))).join('');
		const begin = performance.now();
		const tokens = encode(text);
		expect(performance.now() - begin).toBeLessThan(10_000);
		expect(decode(tokens) === text).toBe(true);
	});

	test('a run is encoded exactly as long as it may be, and is cut after that', () => {
		const run = (length: number) => encode('a'.repeat(length));
		expect(run(3000)).toEqual(plain('a'.repeat(3000)));
		expect(run(longestWord + 5)).toEqual([...run(longestWord), ...run(5)]);
	});

	test('a token that does not exist has no bytes', () => {
		for (const token of [-1, 50257, 0.5, NaN, '97', 97n, null]) {
			expect(gpt2Encoding().bytes(token as number)).toBeUndefined();
		}
	});
});
