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
	The text of the tokens. What is no text, such as half a character at an end or an unknown token, becomes U+FFFD.

	@throws TypeError `ERR_SOPHIA_INVALID_ARGUMENT` when they are no array
	*/
	decode(tokens: ArrayLike<number>): string;
}

/** One token for each byte of UTF-8. Nothing is unknown to it and nothing has to be learnt for it. */
export const bytes: Tokenizer = Object.freeze({
	name: 'bytes',
	vocabulary: 256,
	encode: (given: string) => Int32Array.from(new TextEncoder().encode(text('text', given))),
	decode(tokens: ArrayLike<number>) {
		const never = 0xff; // in UTF-8
		const isByte = (token: unknown) => Number.isInteger(token) && (token as number) >= 0 && (token as number) < 256;
		const encoded = Uint8Array.from(list('tokens', tokens), (token) => (isByte(token) ? Number(token) : never));
		return new TextDecoder('utf-8', {ignoreBOM: true}).decode(encoded);
	},
});

/**
The tokenizer of that name.

@throws RangeError `ERR_SOPHIA_INVALID_ARGUMENT` when there is none.
*/
export function tokenizerNamed(name: string): Tokenizer {
	oneOf('tokenizer', name, [bytes.name]);
	return bytes;
}
