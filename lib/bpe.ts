/**
Byte-pair encoding as GPT-2 does it (Radford et al. 2019, github.com/openai/gpt-2, `src/encoder.py`): a text is cut into
words by a regular expression, and within a word the two neighbours whose merging was learnt first are merged, wherever
they stand, until no two neighbours have a merging.

The vocabulary is gpt-tokenizer's. Its encoder is not used: a word of a million letters takes it an hour, as its time
grows with the square of the length, and its `\s` is JavaScript's, which knows U+FEFF and not U+0085.
*/

/** Tokens in the order in which they were learnt, each as text, or as bytes where these are no text. */
export type Vocabulary = readonly (string | readonly number[])[];

/** GPT-2's, with the white space of Unicode, which is what Python's `regex` and tiktoken mean by `\s`. */
const words =
	/'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\p{White_Space}\p{L}\p{N}]+|\p{White_Space}+(?!\P{White_Space})|\p{White_Space}+/gu;

/**
The longest word that is not cut, in UTF-16 units. Time and memory for a word grow faster than its length, so that
there must be some: longer runs of letters, of digits, of other characters or of white space are not encoded exactly
as GPT-2 does.
*/
export const longestWord = 1 << 15;

/** Words kept with their tokens: most of a text is a few thousand words. */
const keptWords = 1 << 16;
const longestKept = 48;

export class BytePairEncoding {
	/** By bytes, as characters of Latin-1. */
	readonly #ranks = new Map<string, number>();
	readonly #bytes: readonly Uint8Array[];
	readonly #longest: number;
	readonly #kept = new Map<string, readonly number[]>();

	constructor(vocabulary: Vocabulary) {
		this.#bytes = vocabulary.map((token) => (typeof token === 'string' ? Buffer.from(token) : Uint8Array.from(token)));
		this.#bytes.forEach((bytes, rank) => this.#ranks.set(latin1(bytes), rank));
		this.#longest = this.#bytes.reduce((longest, {length}) => Math.max(longest, length), 0);
	}

	/** The bytes of a token; `undefined` for one that does not exist. */
	bytes(token: number): Uint8Array | undefined {
		return Number.isInteger(token) ? this.#bytes[token] : undefined;
	}

	/** The tokens of a text, and where in it they end: before a word that more of the text may make longer. */
	encode(text: string, more = false): {readonly tokens: number[]; readonly end: number} {
		const tokens: number[] = [];
		let begin = 0;
		while (begin < text.length) {
			const end = cut(text, begin, more);
			if (end === begin) {
				break;
			}
			for (const word of text.slice(begin, end).match(words) ?? []) {
				for (const token of this.#word(word)) {
					tokens.push(token);
				}
			}
			begin = end;
		}
		return {tokens, end: begin};
	}

	#word(word: string): readonly number[] {
		const kept = this.#kept.get(word);
		if (kept !== undefined) {
			return kept;
		}
		const encoded = Buffer.from(word);
		const tokens = this.#merge(latin1(encoded));
		if (word.length <= longestKept) {
			if (this.#kept.size >= keptWords) {
				this.#kept.clear();
			}
			this.#kept.set(encoded.toString(), tokens); // a copy: part of a text would keep all of it in memory
		}
		return tokens;
	}

	/** @param word its bytes, as characters of Latin-1 */
	#merge(word: string): readonly number[] {
		return new Word(word, (begin, end) =>
			end - begin > this.#longest ? undefined : this.#ranks.get(word.slice(begin, end)),
		).tokens();
	}
}

/**
The parts of a word, each the token of its bytes, while they are merged. The places of pairs are kept by what the pair
would become, so that a long word costs little more for its length than a short one.
*/
class Word {
	readonly #length: number;
	readonly #rank: (begin: number, end: number) => number | undefined;
	/** By where a part begins: where it ends, where the part before it begins, and what it would become with the next. */
	readonly #ends: number[];
	readonly #befores: number[];
	readonly #becomes: (number | undefined)[] = [];
	readonly #places = new Map<number, number[]>();

	constructor({length}: string, rank: (begin: number, end: number) => number | undefined) {
		this.#length = length;
		this.#rank = rank;
		this.#ends = Array.from({length}, (_, i) => i + 1);
		this.#befores = Array.from({length}, (_, i) => i - 1);
	}

	tokens(): number[] {
		for (let begin = 0; begin < this.#length; begin++) {
			this.#look(begin);
		}
		while (this.#places.size > 0) {
			this.#mergeAll(least(this.#places.keys()));
		}
		const tokens: number[] = [];
		for (let begin = 0; begin < this.#length; begin = this.#end(begin)) {
			tokens.push(this.#rank(begin, this.#end(begin)) ?? 0);
		}
		return tokens;
	}

	#end(begin: number): number {
		return this.#ends[begin] ?? this.#length;
	}

	/** Keeps in mind what a part would become with the next one. */
	#look(begin: number): void {
		const middle = this.#end(begin);
		const rank = middle < this.#length ? this.#rank(begin, this.#end(middle)) : undefined;
		this.#becomes[begin] = rank;
		if (rank !== undefined) {
			const places = this.#places.get(rank);
			if (places === undefined) {
				this.#places.set(rank, [begin]);
			} else {
				places.push(begin);
			}
		}
	}

	/** Makes that token of every pair that becomes it, from the left. What a pair becomes later was learnt later. */
	#mergeAll(rank: number): void {
		const places = this.#places.get(rank) ?? [];
		this.#places.delete(rank);
		for (const begin of places.sort((a, b) => a - b)) {
			if (this.#becomes[begin] === rank) {
				const middle = this.#end(begin);
				const end = this.#end(middle);
				this.#becomes[middle] = undefined;
				this.#ends[begin] = end;
				this.#befores[end] = begin;
				this.#look(begin);
				if (begin > 0) {
					this.#look(this.#befores[begin] ?? 0);
				}
			}
		}
	}
}

function latin1(bytes: Uint8Array): string {
	return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
}

function least(values: Iterable<number>): number {
	let found = Infinity;
	for (const value of values) {
		found = value < found ? value : found;
	}
	return found;
}

/**
Where a text can be cut after `begin` without cutting a word: after a letter or a digit before something else, and after
anything before white space. Not before the end of the text when there is `more` of it, as the last word may go on.
*/
function cut(text: string, begin: number, more: boolean): number {
	const limit = Math.min(begin + longestWord, text.length);
	if (limit === text.length && !more) {
		return limit;
	}
	for (let end = Math.min(limit, text.length - 1); end > begin; end--) {
		if (isBoundary(text, end)) {
			return end;
		}
	}
	if (limit < begin + longestWord) {
		return begin;
	}
	return isLowSurrogate(text, limit) ? limit - 1 : limit;
}

function isBoundary(text: string, at: number): boolean {
	const before = kind(text, isLowSurrogate(text, at - 1) ? at - 2 : at - 1);
	const after = kind(text, at);
	const ends = before === 'letter' || before === 'number' || after === 'space';
	return ends && before !== after && !isLowSurrogate(text, at);
}

function kind(text: string, at: number): 'space' | 'letter' | 'number' | 'other' {
	const character = String.fromCodePoint(text.codePointAt(at) ?? 0);
	if (/\p{White_Space}/u.test(character)) {
		return 'space';
	}
	if (/\p{L}/u.test(character)) {
		return 'letter';
	}
	return /\p{N}/u.test(character) ? 'number' : 'other';
}

function isLowSurrogate(text: string, at: number): boolean {
	return (text.charCodeAt(at) & 0xfc00) === 0xdc00;
}
