/** The tensors of safetensors files, a piece at a time: what is read of them never lies in memory as a whole. */
import {statSync, type BigIntStats} from 'node:fs';
import {open} from 'node:fs/promises';
import {readCheckpoint} from '../checkpoint';
import {SophiaError, wrap, wrapAsync, wrongFile} from '../errors';
import type {TensorHeader} from '../native';
import {sizeOf} from '../vector';

/** A tensor, and the file that holds it. */
export interface StoredTensor extends TensorHeader {
	readonly path: string;
	/** Which file of this path it was: a run that goes on replaces its checkpoints. */
	readonly version: string;
}

/** Every tensor of a file. @throws SophiaError `ERR_SOPHIA_IO`, `ERR_SOPHIA_FORMAT` when it is damaged */
export function storedTensors(path: string): StoredTensor[] {
	const version = wrap(() => versionOf(statSync(path, {bigint: true})));
	return readCheckpoint(path).tensors.map((tensor) => ({...tensor, path, version}));
}

const versionOf = ({dev, ino, size, mtimeNs}: BigIntStats) => [dev, ino, size, mtimeNs].join(' ');

/** Numbers in a piece. */
const pieceSize = 2 ** 20;

interface Encoding {
	/** Bytes of a number. */
	readonly width: number;
	/** Numbers out of the memory that they were read into. */
	readonly decode: (memory: ArrayBuffer, numbers: number) => Float32Array;
}

const encodings: Readonly<Record<string, Encoding>> = {
	F32: {width: 4, decode: (memory, numbers) => new Float32Array(memory, 0, numbers)},
	F16: {width: 2, decode: (memory, numbers) => decodeHalf(new Uint16Array(memory, 0, numbers))},
	BF16: {width: 2, decode: (memory, numbers) => decodeBrain(new Uint16Array(memory, 0, numbers))},
};

let halfNumbers: Float32Array | undefined;

/** IEEE 754 half precision, by a table of all its numbers. */
function decodeHalf(bits: Uint16Array): Float32Array {
	const table = (halfNumbers ??= Float32Array.from({length: 2 ** 16}, (_, each) => half(each)));
	const numbers = new Float32Array(bits.length);
	for (let i = 0; i < bits.length; i++) {
		numbers[i] = table[bits[i] ?? 0] ?? 0;
	}
	return numbers;
}

/** One bit of sign, five of exponent, ten of fraction. */
function half(bits: number): number {
	const sign = bits >= 0x8000 ? -1 : 1;
	const exponent = (bits >> 10) & 0x1f;
	const fraction = (bits & 0x3ff) / 2 ** 10;
	if (exponent === 0x1f) {
		return fraction === 0 ? sign * Infinity : NaN;
	}
	return sign * (exponent === 0 ? fraction * 2 ** -14 : (1 + fraction) * 2 ** (exponent - 15));
}

/** The upper half of a float. */
function decodeBrain(bits: Uint16Array): Float32Array {
	const words = new Uint32Array(bits.length);
	for (let i = 0; i < bits.length; i++) {
		words[i] = (bits[i] ?? 0) << 16;
	}
	return new Float32Array(words.buffer);
}

/**
The numbers of a tensor, by rows and in pieces, each of which holds until the next is asked for.

@param count how many of them, from the first on
@throws SophiaError `ERR_SOPHIA_IO` when they cannot be read, `ERR_SOPHIA_FORMAT` for another type of numbers
*/
export async function* piecesOf(tensor: StoredTensor, count = sizeOf(tensor)): AsyncGenerator<Float32Array> {
	const {width, decode} = encodingOf(tensor);
	const file = await wrapAsync(() => open(tensor.path));
	try {
		if (versionOf(await file.stat({bigint: true})) !== tensor.version) {
			throw changed(tensor);
		}
		const memory = new ArrayBuffer(width * Math.min(count, pieceSize));
		for (let done = 0; done < count; done += pieceSize) {
			const numbers = Math.min(pieceSize, count - done);
			const {bytesRead} = await wrapAsync(() =>
				file.read(new Uint8Array(memory), 0, width * numbers, tensor.position + width * done),
			);
			if (bytesRead !== width * numbers) {
				throw changed(tensor);
			}
			yield decode(memory, numbers);
		}
	} finally {
		await file.close();
	}
}

const changed = ({path}: StoredTensor) =>
	new SophiaError('ERR_SOPHIA_IO', `Expected \`${path}\` to stay as it is while it is read, got another file`);

/** How a tensor's numbers are stored. @throws SophiaError `ERR_SOPHIA_FORMAT` when they are not floating-point numbers */
export function encodingOf({path, name, dtype}: StoredTensor): Encoding {
	const encoding = encodings[dtype];
	if (encoding === undefined) {
		throw wrongFile(path, `Expected \`${name}\` to be of ${Object.keys(encodings).join(', ')}, got ${dtype}`);
	}
	return encoding;
}

/** Whether two tensors hold the same numbers. */
export async function sameNumbers(one: StoredTensor, other: StoredTensor): Promise<boolean> {
	if (String(one.shape) !== String(other.shape)) {
		return false;
	}
	const others = piecesOf(other);
	try {
		for await (const piece of piecesOf(one)) {
			const {value: beside} = (await others.next()) as IteratorYieldResult<Float32Array>;
			if (!piece.every((x, i) => x === beside[i])) {
				return false;
			}
		}
		return true;
	} finally {
		await others.return(undefined);
	}
}
