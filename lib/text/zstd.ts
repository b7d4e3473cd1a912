/**
Zstandard (RFC 8878), unpacked block by block by fzstd. The frames are walked here: fzstd takes a header at its word and
allocates what it says, unpacks all that it is given at once, and passes over checksums.
*/
import {Decompress} from 'fzstd';
import {messageOf, wrongFile} from '../errors';
import {checkHeld, type Limits} from './limits';
import {ByteReader} from './reader';
import {XxHash} from './xxhash';

const frameMagic = 0xfd2fb528;
/** Of frames to be skipped; the lowest four bits are free. */
const skippableMagic = 0x184d2a50;
const largestBlock = 1 << 17;
const kinds = ['raw', 'repeated', 'compressed', 'reserved'] as const;

interface Header {
	readonly bytes: Uint8Array;
	/** How far back a block may look, in bytes. */
	readonly window: number;
	readonly checksum: boolean;
}

type Take = (count: number) => Promise<Uint8Array>;

/** Unpacks a stream of frames. @throws SophiaError `ERR_SOPHIA_FORMAT` for what is none, cut short or too large */
export async function* unpackZstd(
	path: string,
	chunks: AsyncIterable<Uint8Array>,
	limits: Limits,
): AsyncGenerator<Uint8Array> {
	const reader = new ByteReader(chunks);
	const take = async (count: number) => {
		const taken = await reader.take(count);
		if (taken.length < count) {
			throw wrongFile(path, 'is cut short');
		}
		return taken;
	};
	try {
		for (let start = await reader.take(1); start.length > 0; start = await reader.take(1)) {
			const magic = uint(Buffer.concat([start, await take(3)]));
			if ((magic & ~15) >>> 0 === skippableMagic) {
				await skip(uint(await take(4)), take);
			} else if (magic === frameMagic) {
				yield* unpackFrame(path, await readHeader(path, take, limits), take);
			} else {
				throw wrongFile(path, 'expected zstd, got something else');
			}
		}
	} finally {
		await reader.close();
	}
}

async function skip(bytes: number, take: Take): Promise<void> {
	for (let left = bytes; left > 0;) {
		left -= (await take(Math.min(left, largestBlock))).length;
	}
}

/** A frame from its descriptor to the end of its header. */
async function readHeader(path: string, take: Take, limits: Limits): Promise<Header> {
	const first = await take(1);
	const descriptor = uint(first);
	const single = (descriptor & 32) !== 0; // one segment: the window is the content
	const windowBytes = await take(single ? 0 : 1);
	const dictionary = await take([0, 1, 2, 4][descriptor & 3] ?? 0);
	const content = await take([single ? 1 : 0, 2, 4, 8][descriptor >> 6] ?? 0);
	if (uint(dictionary) !== 0) {
		throw wrongFile(path, 'needs the zstd dictionary that it was packed with');
	}
	const window = single ? uint(content) + (content.length === 2 ? 256 : 0) : windowOf(uint(windowBytes));
	checkHeld(path, 'a zstd window', window, limits);
	const bytes = Buffer.concat([Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd), first, windowBytes, dictionary, content]);
	return {bytes, window, checksum: (descriptor & 4) !== 0};
}

function windowOf(descriptor: number): number {
	const base = 2 ** (10 + (descriptor >> 3));
	return base + (base / 8) * (descriptor & 7);
}

async function* unpackFrame(path: string, header: Header, take: Take): AsyncGenerator<Uint8Array> {
	const unpacked: Uint8Array[] = [];
	const decoder = new Decompress((block) => unpacked.push(block));
	const hash = new XxHash();
	let pending: Uint8Array = header.bytes;
	for (let last = false; !last;) {
		const start = await take(3);
		const fields = uint(start);
		const [kind = 'reserved', size] = [kinds[(fields >> 1) & 3], fields >> 3];
		last = (fields & 1) === 1;
		if (kind === 'reserved' || size > Math.min(header.window, largestBlock)) {
			throw wrongFile(path, 'is damaged: a block of zstd is too large or of no known kind');
		}
		const body = await take(kind === 'repeated' ? 1 : size);
		const checksum = await take(last && header.checksum ? 4 : 0);
		try {
			decoder.push(Buffer.concat([pending, start, body, checksum]), last);
		} catch (cause) {
			throw wrongFile(path, `is damaged: ${messageOf(cause)}`, cause);
		}
		pending = new Uint8Array();
		const blocks = unpacked.splice(0).filter(({length}) => length > 0);
		if (header.checksum) {
			blocks.forEach((block) => hash.add(block));
			if (last && hash.low() !== uint(checksum)) {
				throw wrongFile(path, 'is damaged: what it unpacks to does not have its checksum');
			}
		}
		yield* blocks;
	}
}

/** A little-endian number of up to 8 bytes; beyond 2^53 it is rounded, and too large for anything anyway. */
function uint(bytes: Uint8Array): number {
	return bytes.reduceRight((value, byte) => value * 256 + byte, 0);
}
