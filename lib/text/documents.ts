/** Documents, wherever they come from. */
import {limitDefaults, type Limits} from './limits';
import {findFiles, type TextFile} from './find';
import {readJsonLines} from './jsonl';
import {readParquet} from './parquet';
import {oneDocument, type Piece} from './piece';
import {readUnpacked} from './unpack';
import {checkUtf8} from './utf8';

/** How files are read. */
export interface ReadOptions extends Limits {
	/** The field of JSON lines that holds the text. @default 'text' */
	readonly field: string;
	/** The column of parquet that holds the text. @default 'text' */
	readonly column: string;
	/** Whether symbolic links in directories are followed. @default false */
	readonly followLinks: boolean;
}

/** How they are read here, and until when. */
export type Reading = ReadOptions & {readonly signal?: AbortSignal | undefined};

export const readDefaults: ReadOptions = {...limitDefaults, field: 'text', column: 'text', followLinks: false};

/** Documents as a stream. */
export interface Documents {
	/** Bytes of the files in all. */
	readonly total: number;
	/** Whether it has documents of its own, and is not plain text that somebody named. */
	readonly many: boolean;
	/** @param onRead called with bytes that were read of the files */
	pieces(onRead: (bytes: number) => void): AsyncIterable<Piece>;
}

/**
The documents of files and directories, without those that are to be `written`. Plain text has to be UTF-8 only when it
is to be `decoded`.

Rejects with the system's error when something cannot be found.
*/
export async function documentsOfFiles(
	paths: readonly string[],
	options: Reading,
	decoded: boolean,
	written?: (path: string) => boolean,
): Promise<Documents> {
	const files = await findFiles(paths, options.followLinks, written);
	return {
		total: files.reduce((sum, {size}) => sum + size, 0),
		many: files.some(({form, listed}) => listed || form !== 'text'),
		async *pieces(onRead) {
			for (const file of files) {
				yield* readFile(file, options, decoded, onRead);
			}
		},
	};
}

/** A string, as one document. */
export function documentsOfString(text: string): Documents {
	const bytes = Buffer.from(text);
	return {
		total: bytes.length,
		many: false,
		pieces: (onRead) => oneDocument(inChunks(bytes, onRead)),
	};
}

const chunkBytes = 1 << 18;

// eslint-disable-next-line @typescript-eslint/require-await -- an AsyncIterable, as a file is
async function* inChunks(bytes: Uint8Array, onRead: (bytes: number) => void): AsyncGenerator<Uint8Array> {
	for (let begin = 0; begin < bytes.length; begin += chunkBytes) {
		const chunk = bytes.subarray(begin, begin + chunkBytes);
		onRead(chunk.length);
		yield chunk;
	}
}

/** Counts all of a file in the end, also what nobody needed to read of it. */
async function* readFile(
	file: TextFile,
	options: Reading,
	decoded: boolean,
	onRead: (bytes: number) => void,
): AsyncGenerator<Piece> {
	const {path, form, packing} = file;
	let left = file.size;
	const count = (bytes: number) => {
		left -= bytes;
		onRead(bytes);
	};
	if (form === 'parquet') {
		yield* readParquet({path, column: options.column, limits: options}, count, options.signal);
	} else {
		const chunks = readUnpacked(path, packing, options, count);
		yield* form === 'jsonl'
			? readJsonLines(path, chunks, options.field, options)
			: oneDocument(decoded ? checkUtf8(path, chunks) : chunks);
	}
	onRead(Math.max(left, 0));
}
