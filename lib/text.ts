/** Text as a stream of bytes whose length is known before the first of them is read. */
import {createReadStream} from 'node:fs';
import {stat} from 'node:fs/promises';
import {SophiaError} from './errors';
import {noFile} from './files';

export interface Text {
	/** Bytes in all. */
	readonly total: number;
	readonly chunks: AsyncIterable<Uint8Array>;
}

const chunkBytes = 1 << 20;

/**
Files, one after the other as if they were one. Rejects with the system's error when one cannot be read.

@throws SophiaError `ERR_SOPHIA_IO` when one is no regular file
*/
export async function textOfFiles(files: readonly string[]): Promise<Text> {
	const sizes = await Promise.all(files.map(fileSize));
	return {total: sizes.reduce((sum, size) => sum + size, 0), chunks: readFiles(files)};
}

async function fileSize(path: string): Promise<number> {
	const stats = await stat(path);
	if (!stats.isFile()) {
		throw noFile(path, stats);
	}
	return stats.size;
}

async function* readFiles(files: readonly string[]): AsyncGenerator<Uint8Array> {
	for (const file of files) {
		yield* createReadStream(file, {highWaterMark: chunkBytes}) as AsyncIterable<Uint8Array>;
	}
}

/** A string, as UTF-8. */
export function textOfString(text: string): Text {
	const encoded = new TextEncoder().encode(text);
	return {total: encoded.length, chunks: inChunks(encoded)};
}

// eslint-disable-next-line @typescript-eslint/require-await -- an AsyncIterable, as a file is
async function* inChunks(all: Uint8Array): AsyncGenerator<Uint8Array> {
	for (let begin = 0; begin < all.length; begin += chunkBytes) {
		yield all.subarray(begin, begin + chunkBytes);
	}
}

/** Hands out a stream in pieces of exact length. */
export class ByteReader {
	readonly #chunks: AsyncIterator<Uint8Array>;
	#rest: Uint8Array = new Uint8Array();

	constructor(chunks: AsyncIterable<Uint8Array>) {
		this.#chunks = chunks[Symbol.asyncIterator]();
	}

	/** The next `count` bytes. @throws SophiaError `ERR_SOPHIA_IO` when the stream ends before them. */
	async *take(count: number): AsyncGenerator<Uint8Array> {
		for (let left = count; left > 0;) {
			const chunk = this.#rest.length > 0 ? this.#rest : await this.#next();
			const taken = chunk.subarray(0, left);
			this.#rest = chunk.subarray(taken.length);
			left -= taken.length;
			yield taken;
		}
	}

	/** Lets go of what the stream holds, such as an open file. */
	async close(): Promise<void> {
		await this.#chunks.return?.();
	}

	async #next(): Promise<Uint8Array> {
		const next = await this.#chunks.next();
		if (next.done === true) {
			throw new SophiaError('ERR_SOPHIA_IO', 'The text became shorter while it was read');
		}
		return next.value;
	}
}
