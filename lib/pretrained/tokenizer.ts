/**
GPT-2's tokenizer as transformers stores it: each token in letters that stand for its bytes, and the merges in their
order. Both follow from the ranks of tiktoken's `r50k_base`, in which a token's rank is its number and the order of its
merge. Radford et al. 2019, https://github.com/openai/gpt-2, src/encoder.py
*/
import {existsSync} from 'node:fs';
import {join} from 'node:path';
import {integer, list, object, string} from '../check';
import {endOfTextName, gpt2, gpt2Ranks} from '../tokenizer';
import {inFile, readJson, readText, type Json} from './json';

interface Tokens {
	/** In letters for bytes, by number. */
	readonly names: readonly string[];
	/** The two halves of each token that is no single byte, with a space between them, by number. */
	readonly merges: readonly string[];
}

const byteCount = 256;

let made: Tokens | undefined;

function tokens(): Tokens {
	if (made === undefined) {
		const letters = byteLetters();
		const names = gpt2Ranks().map((token) =>
			Array.from(Buffer.from(token as string), (byte) => letters[byte]).join(''),
		);
		const ranks = new Map(names.map((name, rank) => [name, rank]));
		made = {names: [...names, endOfTextName], merges: names.slice(byteCount).map((name) => halves(name, ranks))};
	}
	return made;
}

/** A letter for every byte: the byte's own where it prints, else one beyond. */
function byteLetters(): string[] {
	const prints = (byte: number) => (byte > 32 && byte < 127) || (byte > 160 && byte !== 173);
	let beyond = byteCount;
	return Array.from({length: byteCount}, (_, byte) => String.fromCharCode(prints(byte) ? byte : beyond++));
}

/** What the merges of lower ranks make of a token's bytes: the two parts that its own merge joins. */
function halves(name: string, ranks: ReadonlyMap<string, number>): string {
	const parts = Array.from(name);
	while (parts.length > 2) {
		const joined = parts.slice(1).map((part, i) => ranks.get((parts[i] ?? '') + part) ?? Infinity);
		const first = joined.indexOf(Math.min(...joined));
		parts.splice(first, 2, parts.slice(first, first + 2).join(''));
	}
	return parts.join(' ');
}

/** The files that `tokenizerFiles` makes. */
export const tokenizerNames = ['vocab.json', 'merges.txt', 'tokenizer_config.json'] as const;

/** The files of GPT-2's tokenizer by their names, for `AutoTokenizer`; the first two are OpenAI's, byte for byte. */
export function tokenizerFiles(): Readonly<Record<(typeof tokenizerNames)[number], string>> {
	const {names, merges} = tokens();
	const entries = names.map((name, i) => `${ascii(name)}: ${i}`);
	const settings = {
		tokenizer_class: 'GPT2Tokenizer',
		bos_token: endOfTextName,
		eos_token: endOfTextName,
		unk_token: endOfTextName,
	};
	return {
		'vocab.json': `{${entries.join(', ')}}`,
		'merges.txt': `${mergesHeader}\n${merges.join('\n')}\n`,
		'tokenizer_config.json': `${JSON.stringify({...settings, add_prefix_space: false}, undefined, 2)}\n`,
	};
}

const mergesHeader = '#version: 0.2';

/** JSON in ASCII, as Python writes it. */
function ascii(text: string): string {
	const escape = (letter: string) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`;
	return JSON.stringify(text).replace(/[^\0-\x7f]/g, escape);
}

/** Whose tokenizer a directory has; `none` where it has no file of one. */
export type TokenizerKind = 'gpt2' | 'other' | 'none';

/**
Whether the tokenizer of a directory of transformers is GPT-2's, by those of its files that there are.

@throws SophiaError `ERR_SOPHIA_FORMAT` for a file that is not what its name says, `ERR_SOPHIA_IO`
*/
export function tokenizerKind(directory: string): TokenizerKind {
	const verdicts = Object.entries(readers).flatMap(([name, reads]) => {
		const path = join(directory, name);
		return existsSync(path) ? [reads(path)] : [];
	});
	if (verdicts.length === 0) {
		return 'none';
	}
	return verdicts.every(Boolean) ? 'gpt2' : 'other';
}

const readers: Readonly<Record<string, (path: string) => boolean>> = {
	'tokenizer.json': (path) => {
		const json = readJson(path);
		return inFile(path, () => isGpt2(json));
	},
	'vocab.json': (path) => {
		const json = readJson(path);
		return inFile(path, () => isVocabulary(json));
	},
	'merges.txt': (path) => {
		const lines = readText(path).split(/\r?\n/);
		return isMerges(lines.filter((line) => line !== '' && !line.startsWith('#version')));
	},
};

function isGpt2({model, normalizer = null, pre_tokenizer: splitter = null}: Json): boolean {
	const {type, vocab, merges} = object('model', model);
	const pairs = Array.from(list('merges', merges ?? []), (pair) => (Array.isArray(pair) ? pair.join(' ') : pair));
	const split = splitter === null ? {} : object('pre_tokenizer', splitter);
	const bytes = split.type === 'ByteLevel' && split.add_prefix_space !== true;
	const plain = string('type', type) === 'BPE' && normalizer === null && bytes;
	return plain && isVocabulary(object('vocab', vocab)) && isMerges(pairs);
}

function isVocabulary(given: Json): boolean {
	const numbers = Object.values(given).map((number) => integer('the number of a token', number));
	const {names} = tokens();
	return numbers.length === gpt2.vocabulary && names.every((name, i) => given[name] === i);
}

function isMerges(given: readonly unknown[]): boolean {
	const {merges} = tokens();
	return given.length === merges.length && merges.every((pair, i) => given[i] === pair);
}
