/** The process that reads parquet: it answers each message with the next row group. `parquet.ts` asks. */
import {isUtf8} from 'node:buffer';
import {open, type FileHandle} from 'node:fs/promises';
import {Worker} from 'node:worker_threads';
import {parquetMetadataAsync, parquetSchema, type AsyncBuffer, type FileMetaData} from 'hyparquet';
import {parquetHeader} from 'hyparquet/src/column.js';
import {parquetReadColumn} from 'hyparquet/src/read.js';
import {compressors, decompressZstd} from 'hyparquet-compressors';
import {suggestion} from '../check.js';
import {messageOf, printable, wrongFile} from '../errors.js';
import {readAll} from '../files.js';
import {checkExpansion, checkHeld} from './limits.js';
import type {ParquetAnswer, ParquetGroup, ParquetRequest} from './parquet.js';

const [, , request = '{}', parent] = process.argv;
const {path, column, limits} = JSON.parse(request) as ParquetRequest;

/** Of text whose bytes lie in the page. Differences of texts, the encoding that is missing, can claim any size. */
const encodings: readonly (string | undefined)[] = [
	'PLAIN',
	'PLAIN_DICTIONARY',
	'RLE_DICTIONARY',
	'DELTA_LENGTH_BYTE_ARRAY',
];

/** As much as the header of a page says, which was checked, and not what the zstd frame in it says. */
const unpackers = {
	...compressors,
	ZSTD: (page: Uint8Array, size: number) => decompressZstd(page, new Uint8Array(size)),
};

/** What a row takes in memory beside its text. */
const rowBytes = 256;

/** A column of a row group, as its file describes it. */
interface Chunk {
	readonly begin: number;
	readonly end: number;
	readonly firstRow: number;
	readonly rows: number;
}

async function* readGroups(file: FileHandle): AsyncGenerator<ParquetGroup> {
	const buffer = asBuffer(file, (await file.stat()).size);
	const metadata = await parquetMetadataAsync(buffer, {geoparquet: false});
	checkColumn(metadata);
	let firstRow = 0;
	for (const [i, group] of metadata.row_groups.entries()) {
		const rows = Number(group.num_rows);
		try {
			yield await readGroup(buffer, metadata, {...chunkOf(metadata, i), firstRow, rows});
		} catch (error) {
			throw wrongFile(path, `row group ${i + 1} of ${metadata.row_groups.length}: ${reasonOf(error)}`, error);
		}
		firstRow += rows;
	}
}

/** What this project's errors say is the file and the reason; here the reason is wanted. */
function reasonOf(error: unknown): string {
	return messageOf(error).replace(printable(`\`${path}\`: `), '');
}

function asBuffer(file: FileHandle, byteLength: number): AsyncBuffer {
	return {
		byteLength,
		async slice(begin, end = byteLength) {
			if (!(begin >= 0 && begin <= end && end <= byteLength)) {
				throw wrongFile(path, `points to bytes ${begin} to ${end} of ${byteLength}`);
			}
			checkHeld(path, 'a row group', end - begin, limits);
			const bytes = new Uint8Array(end - begin);
			await readAll(file, bytes, begin);
			return bytes.buffer;
		},
	};
}

function checkColumn(metadata: FileMetaData): void {
	const {children} = parquetSchema(metadata);
	const found = children.find(({element}) => element.name === column);
	if (found === undefined) {
		const names = children.map(({element}) => element.name);
		throw wrongFile(path, `has no column \`${column}\`${suggestion(column, names) || `, but ${names.join(', ')}`}`);
	}
	const {type, repetition_type: repetition, logical_type: logical, converted_type: converted} = found.element;
	const text =
		type === 'BYTE_ARRAY' &&
		[logical?.type, converted].every((kind) => kind === undefined || /^(STRING|UTF8)$/.test(kind));
	if (!text || repetition === 'REPEATED' || found.children.length > 0) {
		const kind = repetition === 'REPEATED' ? 'lists' : (logical?.type ?? converted ?? type ?? 'columns');
		throw wrongFile(path, `expected column \`${column}\` to hold text, got ${kind}`);
	}
}

function chunkOf(metadata: FileMetaData, group: number): Pick<Chunk, 'begin' | 'end'> {
	const columns = metadata.row_groups[group]?.columns ?? [];
	const chunk = columns.find(({meta_data: data}) => data?.path_in_schema.join('.') === column)?.meta_data;
	if (chunk === undefined) {
		throw wrongFile(path, `has no column \`${column}\``);
	}
	const begin = Number(chunk.dictionary_page_offset ?? chunk.data_page_offset);
	return {begin, end: begin + Number(chunk.total_compressed_size)};
}

async function readGroup(file: AsyncBuffer, metadata: FileMetaData, chunk: Chunk): Promise<ParquetGroup> {
	const {begin, end, firstRow, rows} = chunk;
	checkHeld(path, 'rows', rows * rowBytes, limits);
	checkPages(await file.slice(begin, end), rows);
	const texts = (await parquetReadColumn({
		file,
		metadata,
		columns: [column],
		rowStart: firstRow,
		rowEnd: firstRow + rows,
		compressors: unpackers,
		parsers: {stringFromBytes: (bytes: Uint8Array) => bytes},
	})) as readonly (Uint8Array | null | undefined)[];
	if (texts.length !== rows) {
		throw wrongFile(path, `expected ${rows} rows, got ${texts.length}`);
	}
	return gather(texts, end - begin);
}

/** Adds up what the pages claim, before any of it is unpacked. */
function checkPages(bytes: ArrayBuffer, rows: number): void {
	const reader = {view: new DataView(bytes), offset: 0};
	let [values, unpacked] = [0, 0];
	while (reader.offset < bytes.byteLength - 1 && values < rows) {
		const header = parquetHeader(reader);
		const page = header.data_page_header ?? header.data_page_header_v2;
		const {encoding, num_values: count = 0} = page ?? header.dictionary_page_header ?? {};
		if (!encodings.includes(encoding)) {
			throw wrongFile(path, `holds text in the encoding ${encoding ?? 'of none'}, which is not read`);
		}
		unpacked += header.uncompressed_page_size;
		values += page === undefined ? 0 : count;
		checkHeld(path, 'values', count * rowBytes, limits);
		checkHeld(path, 'a row group', unpacked, limits);
		checkExpansion(path, bytes.byteLength, unpacked, limits);
		reader.offset += checked(header.compressed_page_size);
	}
	if (values !== rows) {
		throw wrongFile(path, `expected ${rows} rows, got ${values}`);
	}
}

function checked(size: number): number {
	if (!(size >= 0)) {
		throw wrongFile(path, `expected a page of 0 bytes or more, got ${size}`);
	}
	return size;
}

function gather(texts: readonly (Uint8Array | null | undefined)[], read: number): ParquetGroup {
	let total = 0;
	const ends = texts.map((text, i) => {
		if (text === null || text === undefined) {
			throw wrongFile(path, `row ${i + 1} has no text`);
		}
		if (!isUtf8(text)) {
			throw wrongFile(path, `row ${i + 1}: expected UTF-8, got other bytes`);
		}
		return (total += text.length);
	});
	checkHeld(path, 'a row group', total, limits);
	checkExpansion(path, read, total, limits);
	const bytes = new Uint8Array(total);
	texts.forEach((text, i) => bytes.set(text ?? [], ends[i - 1] ?? 0));
	return {bytes, ends, read};
}

function failure(error: unknown): ParquetAnswer {
	const {syscall} = error as {readonly syscall?: string};
	return {failure: syscall === undefined ? reasonOf(error) : messageOf(error), system: syscall !== undefined};
}

async function* answers(): AsyncGenerator<ParquetAnswer, undefined> {
	try {
		const file = await open(path);
		try {
			yield* readGroups(file);
		} finally {
			await file.close();
		}
	} catch (error) {
		yield failure(error);
	}
}

new Worker(new URL('orphan.mjs', import.meta.url), {workerData: Number(parent), execArgv: []}).unref();
process.send?.('started');
const groups = answers();
process.on('disconnect', () => process.exit());
process.on('message', () => {
	void groups.next().then(({value = 'end'}: IteratorResult<ParquetAnswer, ParquetAnswer | undefined>) => {
		process.send?.(value);
	});
});
