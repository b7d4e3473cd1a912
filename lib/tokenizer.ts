/** Text to tokens and back. A tokenizer is a value with a name, which a dataset keeps beside its tokens. */
import {createRequire} from 'node:module';
import {BytePairEncoding, type Vocabulary} from './bpe';
import {list, oneOf, text} from './check';

/** Text to tokens and back. */
export interface Tokenizer {
	/** As in `dataset.json`. */
	readonly name: string;
	/** The number of different tokens; every token is below it. */
	readonly vocabulary: number;
	/** The tokens of a text. @throws TypeError `ERR_SOPHIA_INVALID_ARGUMENT` when it is no string */
	encode(text: string): Int32Array;
	/**
	The bytes of UTF-8 that the tokens stand for, one after the other. A token may end within a character: a stream of
	tokens becomes text through a `TextDecoder` that is told of more to come, `{stream: true}`. An unknown token becomes a
	byte that never occurs in UTF-8.

	@throws TypeError `ERR_SOPHIA_INVALID_ARGUMENT` when they are no array
	*/
	bytes(tokens: ArrayLike<number>): Uint8Array;
	/**
	The text of the tokens. What is no text, such as half a character at an end or an unknown token, becomes U+FFFD.

	@throws TypeError `ERR_SOPHIA_INVALID_ARGUMENT` when they are no array
	*/
	decode(tokens: ArrayLike<number>): string;
}

/** What stands for an unknown token: a byte that no text has, so that it is seen. */
const outsideUtf8 = 0xff;

/**
One token for each byte of UTF-8. Nothing is unknown to it and nothing has to be learnt for it.

@example
```
bytes.decode(bytes.encode('naïve')); // 'naïve', of 6 tokens
```
*/
export const bytes: Tokenizer = Object.freeze({
	name: 'bytes',
	vocabulary: 256,
	encode: (given: string) => Int32Array.from(new TextEncoder().encode(text('text', given))),
	bytes(tokens: ArrayLike<number>) {
		const isByte = (token: unknown) => Number.isInteger(token) && (token as number) >= 0 && (token as number) < 256;
		return Uint8Array.from(list('tokens', tokens), (token) => (isByte(token) ? Number(token) : outsideUtf8));
	},
	decode: (tokens: ArrayLike<number>) => textOf(bytes.bytes(tokens)),
});

/** GPT-2's token between documents, after those of its byte-pair encoding. No text is encoded as it. */
export const endOfText = 50256;
/** What vocabularies call it. */
export const endOfTextName = '<|endoftext|>';

/** GPT-2's tokens without the one that ends a text, in the order of their ranks, which are their numbers: `r50k_base`. */
export function gpt2Ranks(): Vocabulary {
	const load = createRequire(__filename) as (name: string) => {readonly default: Vocabulary};
	return load('gpt-tokenizer/bpeRanks/r50k_base').default;
}

let encoding: BytePairEncoding | undefined;

/** GPT-2's encoding, made when it is first asked for: that takes a tenth of a second. */
export function gpt2Encoding(): BytePairEncoding {
	return (encoding ??= new BytePairEncoding([...gpt2Ranks(), endOfTextName]));
}

/**
GPT-2's byte-pair encoding: `gpt2` of tiktoken, `r50k_base` of gpt-tokenizer. What a text says is text: `<|endoftext|>`
in it is encoded as these characters. Runs of more than 32,768 letters, digits, other characters or white space are cut.

@example
```
gpt2.encode('Hello world'); // 15496, 995
```
*/
export const gpt2: Tokenizer = Object.freeze({
	name: 'gpt2',
	vocabulary: endOfText + 1,
	encode: (given: string) => Int32Array.from(gpt2Encoding().encode(text('text', given)).tokens),
	bytes(tokens: ArrayLike<number>) {
		const none = Uint8Array.of(outsideUtf8);
		return Buffer.concat(Array.from(list('tokens', tokens), (token) => gpt2Encoding().bytes(token as number) ?? none));
	},
	decode: (tokens: ArrayLike<number>) => textOf(gpt2.bytes(tokens)),
});

/** A mark at the beginning is text like any other. */
function textOf(encoded: Uint8Array): string {
	return new TextDecoder('utf-8', {ignoreBOM: true}).decode(encoded);
}

const tokenizers: readonly Tokenizer[] = [bytes, gpt2];

/** The names of tokenizers. */
export const tokenizerNames = ['bytes', 'gpt2'] as const;
export type TokenizerName = (typeof tokenizerNames)[number];

/**
The tokenizer of that name.

@throws RangeError `ERR_SOPHIA_INVALID_ARGUMENT` when there is none.
*/
export function tokenizerNamed(name: string): Tokenizer {
	oneOf('tokenizer', name, tokenizerNames);
	return tokenizers.find((tokenizer) => tokenizer.name === name) ?? bytes;
}
