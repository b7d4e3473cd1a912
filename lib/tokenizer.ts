/** Text to tokens and back. A tokenizer is a value with a name, which a dataset keeps beside its tokens. */
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

/** One token for each byte of UTF-8. Nothing is unknown to it and nothing has to be learnt for it. */
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

/** A mark at the beginning is text like any other. */
function textOf(encoded: Uint8Array): string {
	return new TextDecoder('utf-8', {ignoreBOM: true}).decode(encoded);
}

/**
The tokenizer of that name.

@throws RangeError `ERR_SOPHIA_INVALID_ARGUMENT` when there is none.
*/
export function tokenizerNamed(name: string): Tokenizer {
	oneOf('tokenizer', name, [bytes.name]);
	return bytes;
}
