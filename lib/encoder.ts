/** Documents to tokens, piece by piece: a document may be larger than memory, and a piece may end within a character. */
import {endOfText, gpt2, gpt2Encoding, type Tokenizer} from './tokenizer';

/** Encodes one document after the other. */
export interface Encoder {
	/** What stands between two documents, or before each. */
	readonly separator: number;
	/** Whether the separator stands before the first document as well. */
	readonly leads: boolean;
	/** The tokens of as much of a document as cannot change any more. @throws TypeError when it is not in UTF-8 */
	push(piece: Uint8Array): ArrayLike<number>;
	/** The tokens of the rest of the document. @throws TypeError when it ends within a character */
	finish(): ArrayLike<number>;
}

/** The encoder of a tokenizer. */
export function makeEncoder(tokenizer: Tokenizer): Encoder {
	return tokenizer.name === gpt2.name ? new Gpt2Encoder() : byteEncoder;
}

/** Bytes have no token of their own between documents: a line break has to do, where there is something to part. */
const byteEncoder: Encoder = {
	separator: 0x0a,
	leads: false,
	push: (piece) => piece,
	finish: () => [],
};

/** `<|endoftext|>` before each document, as in llm.c; nanoGPT has it after each, which differs at the two ends only. */
class Gpt2Encoder implements Encoder {
	readonly separator = endOfText;
	readonly leads = true;
	/** A mark at the beginning of a document is text like any other: who reads a file has taken the file's off. */
	readonly #decoder = new TextDecoder('utf-8', {fatal: true, ignoreBOM: true});
	#rest = '';

	push(piece: Uint8Array): ArrayLike<number> {
		const text = this.#rest + this.#decoder.decode(piece, {stream: true});
		const {tokens, end} = gpt2Encoding().encode(text, true);
		this.#rest = text.slice(end);
		return tokens;
	}

	finish(): ArrayLike<number> {
		const {tokens} = gpt2Encoding().encode(this.#rest + this.#decoder.decode());
		this.#rest = '';
		return tokens;
	}
}
