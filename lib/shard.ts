/**
A token shard, in the layout of llm.c: a header of 256 little-endian 32-bit integers (a magic number, the version, the
number of tokens), then the tokens as little-endian 16-bit integers.
*/
import {closeSync, fstatSync, openSync, readSync} from 'node:fs';
import {SophiaError, wrap} from './errors';
import {maximumCount} from './check';

const headerBytes = 256 * 4;
const magic = 20240520;
const version = 1;

/** The most tokens one shard holds: its header counts them in 32 bits. */
export const maximumTokens = maximumCount;

/** The header of a shard of `tokens` tokens. */
export function shardHeader(tokens: number): Uint8Array {
	const view = new DataView(new ArrayBuffer(headerBytes));
	[magic, version, tokens].forEach((value, i) => view.setInt32(4 * i, value, true));
	return new Uint8Array(view.buffer);
}

/** Bytes as tokens, ready to be written. */
export function byteTokens(text: Uint8Array): Uint8Array {
	const tokens = new Uint8Array(2 * text.length);
	text.forEach((byte, i) => {
		tokens[2 * i] = byte;
	});
	return tokens;
}

/**
The number of tokens in a shard, by its header, which must agree with its size.

@throws SophiaError `ERR_SOPHIA_FORMAT` when it is no shard or is truncated, `ERR_SOPHIA_IO` when it cannot be read.
*/
export function countTokens(path: string): number {
	const {header, size} = wrap(() => readHeader(path));
	const [foundMagic, foundVersion, tokens = 0] = [0, 4, 8].map((offset) => header.getInt32(offset, true));
	if (foundMagic !== magic || foundVersion !== version) {
		throw new SophiaError('ERR_SOPHIA_FORMAT', `Expected \`${path}\` to be a token shard, got another kind of file`);
	}
	if (tokens < 0 || size !== headerBytes + 2 * tokens) {
		const expected = `${headerBytes + 2 * tokens} bytes for ${tokens} tokens`;
		throw new SophiaError('ERR_SOPHIA_FORMAT', `Expected \`${path}\` to have ${expected}, got ${size} bytes`);
	}
	return tokens;
}

function readHeader(path: string): {header: DataView; size: number} {
	const file = openSync(path, 'r');
	try {
		const header = new Uint8Array(headerBytes);
		readSync(file, header);
		return {header: new DataView(header.buffer), size: fstatSync(file).size};
	} finally {
		closeSync(file);
	}
}
