/** Streams for tests of readers: bytes in chunks of any size, collected again, and damaged on purpose. */
import type {Piece} from '../../../lib/text/piece';

/** Bytes as a stream of chunks of that size. */
// eslint-disable-next-line @typescript-eslint/require-await -- an AsyncIterable, as a file is
export async function* chunked(bytes: Uint8Array, size = bytes.length): AsyncGenerator<Uint8Array> {
	for (let begin = 0; begin < bytes.length; begin += size) {
		yield bytes.subarray(begin, begin + size);
	}
}

/** All bytes of a stream. */
export async function collect(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
	const all: Uint8Array[] = [];
	for await (const chunk of chunks) {
		all.push(chunk);
	}
	return Buffer.concat(all);
}

/** The documents of a stream of pieces. */
export async function texts(pieces: AsyncIterable<Piece>): Promise<string[]> {
	const documents: Uint8Array[][] = [];
	for await (const {bytes, begins} of pieces) {
		expect(bytes.length).toBeGreaterThan(0);
		if (begins) {
			documents.push([]);
		}
		documents.at(-1)?.push(bytes);
	}
	return documents.map((parts) => Buffer.concat(parts).toString());
}

/** Numbers in [0, limit), the same for the same seed. */
export function dice(seed: number): (limit: number) => number {
	let state = seed;
	return (limit) => {
		state = (state * 48271) % 2147483647;
		return state % limit;
	};
}

/** A copy with a few bytes changed, taken out, put in or cut off. */
export function damaged(bytes: Uint8Array, roll: (limit: number) => number): Buffer {
	let copy = Buffer.from(bytes);
	for (let left = 1 + roll(4); left > 0; left--) {
		const at = roll(copy.length + 1);
		const kinds = [
			() => copy.fill(roll(256), at, Math.min(at + 1, copy.length)),
			() => copy.fill([0, 0x7f, 0x80, 0xff][roll(4)] ?? 0, at, Math.min(at + 1 + roll(4), copy.length)),
			() => (copy = Buffer.concat([copy.subarray(0, at), copy.subarray(at + 1 + roll(8))])),
			() => (copy = Buffer.concat([copy.subarray(0, at), Buffer.from([roll(256)]), copy.subarray(at)])),
			() => (copy = copy.subarray(0, at)),
		];
		kinds[roll(kinds.length)]?.();
	}
	return copy;
}

/** What a reader makes of damaged input: a result, or an error of this project's that names the file. */
export async function survives(work: Promise<unknown>, path: string): Promise<'read' | 'refused'> {
	try {
		await work;
		return 'read';
	} catch (error) {
		expect(error).toMatchObject({code: 'ERR_SOPHIA_FORMAT', message: expect.stringContaining(path)});
		return 'refused';
	}
}
