/**
A writer of parquet for tests: whatever a reader has to cope with, and nothing else.
Format: github.com/apache/parquet-format, `parquet.thrift`, in Thrift's compact protocol.
*/

/** A field of a struct: its number, its kind and its bytes. */
type Field = readonly [id: number, kind: number, value: Uint8Array];

const kinds = {i32: 5, i64: 6, binary: 8, list: 9, struct: 12};

export const encodings = {plain: 0, dictionary: 8, deltas: 7};
export const codecs = {none: 0, snappy: 1, gzip: 2, brotli: 4, zstd: 6};

function varint(value: number): Buffer {
	const bytes: number[] = [];
	let left = value;
	for (; left >= 128; left = Math.floor(left / 128)) {
		bytes.push((left % 128) + 128);
	}
	return Buffer.from([...bytes, left]);
}

const zigzag = (value: number) => varint(value >= 0 ? 2 * value : -2 * value - 1);
const i32 = (id: number, value: number): Field => [id, kinds.i32, zigzag(value)];
const i64 = (id: number, value: number): Field => [id, kinds.i64, zigzag(value)];
const bytesOf = (value: string) => Buffer.concat([varint(Buffer.byteLength(value)), Buffer.from(value)]);
const text = (id: number, value: string): Field => [id, kinds.binary, bytesOf(value)];
const inner = (id: number, fields: readonly Field[]): Field => [id, kinds.struct, struct(fields)];

function list(id: number, kind: number, items: readonly Uint8Array[]): Field {
	return [id, kinds.list, Buffer.concat([Buffer.from([0xf0 | kind]), varint(items.length), ...items])];
}

function struct(fields: readonly Field[]): Buffer {
	const parts = fields.flatMap(([id, kind, value], i) => [
		Buffer.from([((id - (fields[i - 1]?.[0] ?? 0)) << 4) | kind]),
		value,
	]);
	return Buffer.concat([...parts, Buffer.from([0])]);
}

export interface TableOptions {
	/** Documents of each row group. */
	readonly groups: readonly (readonly (string | Uint8Array | null)[])[];
	readonly name?: string;
	/** Whether a row may be null. */
	readonly optional?: boolean;
	readonly codec?: number;
	readonly compress?: (page: Buffer) => Buffer;
	/** What the pages are said to unpack to, instead of what they do. */
	readonly claim?: number;
	/** Documents in a dictionary, indices in the page. */
	readonly dictionary?: boolean;
	/** Another encoding than the true one. */
	readonly encoding?: number;
	/** Rows that a page is said to have. */
	readonly values?: number;
	/** 6 is text, 1 an integer. */
	readonly type?: number;
}

const plain = (values: readonly (string | Uint8Array)[]) =>
	Buffer.concat(
		values.flatMap((value) => {
			const bytes = Buffer.from(value);
			const length = Buffer.alloc(4);
			length.writeUInt32LE(bytes.length);
			return [length, bytes];
		}),
	);

/** Levels that say which rows are null: a run of one row each. */
function levels(rows: readonly unknown[]): Buffer {
	const runs = Buffer.concat(rows.flatMap((row) => [varint(2), Buffer.from([row === null ? 0 : 1])]));
	const length = Buffer.alloc(4);
	length.writeUInt32LE(runs.length);
	return Buffer.concat([length, runs]);
}

function pages(rows: readonly (string | Uint8Array | null)[], options: TableOptions): Buffer {
	const {dictionary = false, optional = false, values = rows.length} = options;
	const compress = options.compress ?? ((content: Buffer) => content);
	const {encoding = dictionary ? encodings.dictionary : encodings.plain, claim} = options;
	const present = rows.filter((row) => row !== null);
	const page = (kind: number, body: Buffer, header: Field) => {
		const packed = compress(body);
		return Buffer.concat([struct([i32(1, kind), i32(2, claim ?? body.length), i32(3, packed.length), header]), packed]);
	};
	const entries = [...new Set(present)];
	const indices = Buffer.concat([
		Buffer.from([8]),
		...present.flatMap((row) => [varint(2), Buffer.from([entries.indexOf(row)])]),
	]);
	const body = Buffer.concat([optional ? levels(rows) : Buffer.alloc(0), dictionary ? indices : plain(present)]);
	const data = page(0, body, inner(5, [i32(1, values), i32(2, encoding), i32(3, 3), i32(4, 3)]));
	const words = page(2, plain(entries), inner(7, [i32(1, entries.length), i32(2, encodings.plain)]));
	return dictionary ? Buffer.concat([words, data]) : data;
}

/** A table of one column. */
export function table(options: TableOptions): Buffer {
	const {groups, name = 'text', optional = false, codec = codecs.none, type = 6} = options;
	const magic = Buffer.from('PAR1');
	let place = magic.length;
	const chunks = groups.map((rows) => pages(rows, options));
	const described = groups.map((rows, i) => {
		const size = chunks[i]?.length ?? 0;
		const column = struct([
			i64(2, place),
			inner(3, [
				i32(1, type),
				list(2, kinds.i32, [zigzag(0)]),
				list(3, kinds.binary, [bytesOf(name)]),
				i32(4, codec),
				i64(5, rows.length),
				i64(6, size),
				i64(7, size),
				i64(9, place),
			]),
		]);
		place += size;
		return struct([list(1, kinds.struct, [column]), i64(2, size), i64(3, rows.length)]);
	});
	const schema = [
		struct([text(4, 'schema'), i32(5, 1)]),
		struct([i32(1, type), i32(3, optional ? 1 : 0), text(4, name), ...(type === 6 ? [i32(6, 0)] : [])]),
	];
	const rows = groups.reduce((sum, {length}) => sum + length, 0);
	const footer = struct([i32(1, 1), list(2, kinds.struct, schema), i64(3, rows), list(4, kinds.struct, described)]);
	const length = Buffer.alloc(4);
	length.writeUInt32LE(footer.length);
	return Buffer.concat([magic, ...chunks, footer, length, magic]);
}
