/**
Token shards, in two formats. Both hold the tokens as little-endian 16-bit integers.

- `llm.c`: a header of 256 little-endian 32-bit integers (a magic number, the version, the number of tokens) before them.
- `nanogpt`: nothing else. Such a file has nothing to be known by: whoever opens it says what it is.
*/
import {closeSync, fstatSync, openSync, readSync} from 'node:fs';
import type {FileHandle} from 'node:fs/promises';
import {maximumCount} from './check';
import {argumentError, wrap, wrongFile} from './errors';
import {readAll, writeAll} from './files';

/** The formats that exist. */
export const shardFormats = ['llm.c', 'nanogpt'] as const;

/** How tokens lie in a file. */
export type ShardFormat = (typeof shardFormats)[number];

/** What nobody says otherwise about: the format that can be checked. */
export const standardFormat: ShardFormat = 'llm.c';

const headerBytes = 256 * 4;
const magic = 20240520;
const version = 1;
const tokenBytes = 2;

/** The most tokens of a shard: llm.c's header counts them in 32 bits, nanoGPT's has none. */
export const maximumTokens: Readonly<Record<ShardFormat, number>> = {
	'llm.c': maximumCount,
	nanogpt: Number.MAX_SAFE_INTEGER / tokenBytes,
};

function shardHeader(tokens: number): Uint8Array {
	const view = new DataView(new ArrayBuffer(headerBytes));
	[magic, version, tokens].forEach((value, i) => view.setInt32(4 * i, value, true));
	return new Uint8Array(view.buffer);
}

/** Tokens held before they are written. */
const bufferedTokens = 1 << 19;

/** Writes a shard whose length is known in the end. */
export class ShardWriter {
	readonly #file: FileHandle;
	readonly #format: ShardFormat;
	readonly #begin: number;
	readonly #buffer = new Uint16Array(bufferedTokens); // every machine that this runs on is little-endian
	#buffered = 0;
	#written = 0;

	/** @param file open for reading and writing, and empty */
	constructor(file: FileHandle, format: ShardFormat) {
		this.#file = file;
		this.#format = format;
		this.#begin = format === 'llm.c' ? headerBytes : 0;
	}

	/** Tokens so far. */
	get tokens(): number {
		return this.#written + this.#buffered;
	}

	/** @throws RangeError `ERR_SOPHIA_INVALID_ARGUMENT` when there are more than the format can count */
	async write(tokens: ArrayLike<number>): Promise<void> {
		if (this.tokens + tokens.length > maximumTokens[this.#format]) {
			const most = `at most ${maximumTokens[this.#format]} tokens in a shard of ${this.#format}`;
			throw argumentError('range', `Expected ${most}, got more; \`nanogpt\` shards have no such limit`);
		}
		for (let i = 0; i < tokens.length;) {
			const end = Math.min(tokens.length, i + bufferedTokens - this.#buffered);
			for (; i < end; i++) {
				this.#buffer[this.#buffered++] = tokens[i] ?? 0;
			}
			if (this.#buffered === bufferedTokens) {
				await this.#flush();
			}
		}
	}

	/** Moves the last tokens to the end of another shard. */
	async moveEnd(count: number, to: ShardWriter): Promise<void> {
		await this.#flush();
		const kept = this.#written - count;
		for (let at = kept; at < this.#written; at += bufferedTokens) {
			const some = this.#buffer.subarray(0, this.#written - at);
			await readAll(this.#file, new Uint8Array(some.buffer, 0, some.byteLength), this.#place(at));
			await to.write(some);
		}
		await this.#file.truncate(this.#place(kept));
		this.#written = kept;
	}

	/** Writes what is left, and the header. */
	async finish(): Promise<void> {
		await this.#flush();
		if (this.#format === 'llm.c') {
			await writeAll(this.#file, shardHeader(this.#written), 0);
		}
	}

	async #flush(): Promise<void> {
		const bytes = new Uint8Array(this.#buffer.buffer, 0, tokenBytes * this.#buffered);
		await writeAll(this.#file, bytes, this.#place(this.#written));
		this.#written += this.#buffered;
		this.#buffered = 0;
	}

	#place(token: number): number {
		return this.#begin + tokenBytes * token;
	}
}

/**
The number of tokens in a shard: by its header, which must agree with its size, or by its size.

@throws SophiaError `ERR_SOPHIA_FORMAT` when it is no shard or is truncated, `ERR_SOPHIA_IO` when it cannot be read.
*/
export function countTokens(path: string, format: ShardFormat): number {
	const {header, size} = wrap(() => readHeader(path));
	return format === 'llm.c' ? countByHeader(path, header, size) : countBySize(path, header, size);
}

const startsAsHeader = (header: DataView) => header.getInt32(0, true) === magic && header.getInt32(4, true) === version;

function countByHeader(path: string, header: DataView, size: number): number {
	const tokens = header.getInt32(8, true);
	if (!startsAsHeader(header)) {
		const hint = 'shards of nanoGPT, which have no header, are of the format `nanogpt`';
		throw wrongFile(path, `Expected a token shard of llm.c, got another kind of file; ${hint}`);
	}
	if (tokens < 0 || size !== headerBytes + tokenBytes * tokens) {
		const expected = `${headerBytes + tokenBytes * tokens} bytes for ${tokens} tokens`;
		throw wrongFile(path, `Expected ${expected}, got ${size} bytes`);
	}
	return tokens;
}

/** The format of a file that nobody says anything about: llm.c's where it begins as one, nanoGPT's otherwise. */
export function guessFormat(path: string): ShardFormat {
	return startsAsHeader(wrap(() => readHeader(path)).header) ? 'llm.c' : 'nanogpt';
}

/** llm.c's magic number begins with 55432, which is no token of GPT-2: no shard of nanoGPT is mistaken for one of its. */
function countBySize(path: string, header: DataView, size: number): number {
	if (startsAsHeader(header)) {
		throw wrongFile(path, `Expected a token shard of nanoGPT, got one of the format \`llm.c\``);
	}
	if (size % tokenBytes !== 0) {
		throw wrongFile(path, `Expected an even number of bytes, two for each token, got ${size}`);
	}
	return size / tokenBytes;
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
