/** Text that has to be UTF-8. */
import {isUtf8} from 'node:buffer';
import {wrongFile} from '../errors';

const mark = [0xef, 0xbb, 0xbf];

/**
Passes a file on that is UTF-8 throughout, without the mark that some write at its beginning.

@throws SophiaError `ERR_SOPHIA_FORMAT` for other bytes and for NUL characters, saying where
*/
export async function* checkUtf8(path: string, chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
	let at = 0;
	let rest: Uint8Array = new Uint8Array(); // of a character that the next chunk completes
	for await (const chunk of chunks) {
		const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
		const whole = bytes.subarray(0, bytes.length - openEnd(bytes));
		check(path, whole, at);
		const marked = at === 0 && mark.every((byte, i) => whole[i] === byte);
		const text = marked ? whole.subarray(mark.length) : whole;
		if (text.length > 0) {
			yield text;
		}
		at += whole.length;
		rest = bytes.subarray(whole.length);
	}
	check(path, rest, at);
}

function check(path: string, bytes: Uint8Array, at: number): void {
	const nul = bytes.indexOf(0);
	if (nul >= 0) {
		throw wrongFile(path, `expected text in UTF-8, got a NUL character at byte ${at + nul}`);
	}
	if (!isUtf8(bytes)) {
		throw wrongFile(path, `expected text in UTF-8, got other bytes at byte ${at + firstWrong(bytes)}`);
	}
}

/** How many bytes at the end begin a character and do not end it. */
function openEnd(bytes: Uint8Array): number {
	for (let back = 1; back <= Math.min(3, bytes.length); back++) {
		const byte = bytes[bytes.length - back] ?? 0;
		if (byte >= 0xc0) {
			const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
			return length > back ? back : 0;
		}
		if (byte < 0x80) {
			break;
		}
	}
	return 0;
}

/** The place of the first character that is wrong: the longest part that may begin a text ends within it. */
function firstWrong(bytes: Uint8Array): number {
	let [good, bad] = [0, bytes.length];
	while (bad - good > 1) {
		const middle = (good + bad) >> 1;
		[good, bad] = begins(bytes.subarray(0, middle)) ? [middle, bad] : [good, middle];
	}
	return good - openEnd(bytes.subarray(0, good));
}

function begins(bytes: Uint8Array): boolean {
	return isUtf8(bytes.subarray(0, bytes.length - openEnd(bytes)));
}
