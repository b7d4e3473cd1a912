/** A file as a stream of its bytes, unpacked where its name says that it is packed. */
import {createReadStream} from 'node:fs';
import {pipeline, Readable} from 'node:stream';
import {createGunzip} from 'node:zlib';
import {messageOf, wrongFile} from '../errors';
import {checkExpansion, type Limits} from './limits';
import {unpackZstd} from './zstd';

/** How a file is packed. */
export type Packing = 'gzip' | 'zstd' | undefined;

const chunkBytes = 1 << 18;

/**
The bytes of a file, unpacked. Rejects with the system's error when it cannot be read.

@param onRead called with the bytes read of the file itself
@throws SophiaError `ERR_SOPHIA_FORMAT` when it is not packed as it should be, cut short, or beyond the limits
*/
export async function* readUnpacked(
	path: string,
	packing: Packing,
	limits: Limits,
	onRead: (bytes: number) => void,
): AsyncGenerator<Uint8Array> {
	let packed = 0;
	let unpacked = 0;
	const counted = (bytes: number) => {
		packed += bytes;
		onRead(bytes);
	};
	if (packing === undefined) {
		yield* readFile(path, onRead);
		return;
	}
	const file = readFile(path, counted);
	for await (const chunk of packing === 'gzip' ? unpackGzip(path, file) : unpackZstd(path, file, limits)) {
		unpacked += chunk.length;
		checkExpansion(path, packed, unpacked, limits);
		yield chunk;
	}
}

async function* readFile(path: string, onRead: (bytes: number) => void): AsyncGenerator<Uint8Array> {
	for await (const chunk of createReadStream(path, {highWaterMark: chunkBytes}) as AsyncIterable<Uint8Array>) {
		onRead(chunk.length);
		yield chunk;
	}
}

async function* unpackGzip(path: string, packed: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
	const gunzip = createGunzip({chunkSize: chunkBytes});
	pipeline(Readable.from(packed, {objectMode: true}), gunzip, () => undefined); // its error is the iteration's
	try {
		yield* gunzip as AsyncIterable<Uint8Array>;
	} catch (cause) {
		const {code = ''} = cause as {code?: string};
		throw code.startsWith('Z_') ? wrongFile(path, `is damaged or cut short: ${messageOf(cause)}`, cause) : cause;
	}
}
