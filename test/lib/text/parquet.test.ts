import {execFile, spawn} from 'node:child_process';
import {once} from 'node:events';
import {existsSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {promisify} from 'node:util';
import {brotliCompressSync, gzipSync} from 'node:zlib';
import {limitDefaults} from '../../../lib/text/limits';
import {readParquet} from '../../../lib/text/parquet';
import {temporaryDirectory} from '../temporary';
import {damaged, dice, survives, texts} from './streams';
import {codecs, encodings, table, type TableOptions} from './table';

const directory = temporaryDirectory();
const path = () => join(directory(), 'a.parquet');

const built = (name: string) => join(__dirname, '../../../dist/text', name);

test('the program that reads was built', () => {
	expect(existsSync(built('parquetreader.mjs'))).toBe(true);
});

function put(bytes: Uint8Array): string {
	writeFileSync(path(), bytes);
	return path();
}

const read = (
	bytes: Uint8Array,
	column = 'text',
	limits = limitDefaults,
	onRead: (n: number) => void = () => undefined,
) => texts(readParquet({path: put(bytes), column, limits}, onRead));
const groups = [['one', 'zwölf 🎉', ''], ['three'], []];
const documents = ['one', 'zwölf 🎉', 'three'];

/** A table of three rows with a run in it that claims a thousand million values. */
function endless(): Buffer {
	const good = table({groups: [['a', 'b', 'c']], dictionary: true});
	const at = good.indexOf(Buffer.from([8, 2, 0, 2, 1, 2, 2])); // indices of 8 bits, in runs of one
	const run = Buffer.from([8, 0xfe, 0xff, 0xff, 0xff, 7, 0]);
	return Buffer.concat([good.subarray(0, at), run, good.subarray(at + run.length)]);
}

describe('parquet', () => {
	test.each<[string, Partial<TableOptions>]>([
		['plain', {}],
		['with rows that may be null', {optional: true}],
		['with a dictionary', {dictionary: true}],
		['packed by gzip', {codec: codecs.gzip, compress: gzipSync}],
		['packed by brotli', {codec: codecs.brotli, compress: brotliCompressSync}],
		['of another column', {name: 'body'}],
	])('a table %s is read, group by group', async (_name, options) => {
		let seen = 0;
		const bytes = table({groups, ...options});
		expect(await read(bytes, options.name, limitDefaults, (count) => (seen += count))).toEqual(documents);
		expect(seen).toBeGreaterThan(20);
		expect(seen).toBeLessThan(bytes.length);
	});

	test.each<[string, Uint8Array | TableOptions, string]>([
		['no table', Buffer.from('plain text, and some of it'), 'parquet file invalid'],
		['nothing', Buffer.alloc(0), ''],
		['cut short', table({groups}).subarray(0, -1), ''],
		['a table without its beginning', table({groups}).subarray(20), ''],
		['a table without that column', {groups, name: 'texts'}, 'has no column `text`, did you mean `texts`?'],
		['a table with others', {groups, name: 'url'}, 'has no column `text`, but url'],
		['numbers', {groups, type: 1}, 'expected column `text` to hold text, got INT32'],
		['a row without text', {groups: [['a'], ['a', null]], optional: true}, 'row group 2 of 2: row 2 has no text'],
		['Latin-1', {groups: [['a', Buffer.from('é', 'latin1')]]}, 'row group 1 of 1: row 2: expected UTF-8'],
		['fewer rows than it says', {groups, values: 2}, 'row group 1 of 3: expected 3 rows, got 2'],
		['more rows than it says', {groups, values: 2 ** 30}, 'row group 1 of 3: expected values of at most'],
		[
			'an encoding that can claim any size',
			{groups, encoding: encodings.deltas},
			'row group 1 of 3: holds text in the encoding DELTA_BYTE_ARRAY',
		],
		['packed otherwise than it says', {groups, codec: codecs.gzip}, 'row group 1 of 3: '],
		[
			'a page larger than may be held',
			{groups, claim: 2 ** 30},
			'row group 1 of 3: expected a row group of at most 268435456 bytes',
		],
	])('%s is refused', async (_name, content, message) => {
		const reading = read(content instanceof Uint8Array ? content : table(content));
		await expect(reading).rejects.toMatchObject({
			code: 'ERR_SOPHIA_FORMAT',
			message: expect.stringContaining(`\`${path()}\`: ${message}`),
		});
	});

	test('the names of columns are shown without what a terminal obeys, and not at any length', async () => {
		const reading = read(table({groups, name: `\u001b[2J${'x'.repeat(1e5)}`}));
		await expect(reading).rejects.toMatchObject({message: expect.stringMatching(/^\P{Cc}{100,1000}$/u)});
	});

	test('a bomb is refused before it is unpacked', async () => {
		const bomb = table({groups: [['x'.repeat(2 ** 25)]], codec: codecs.gzip, compress: gzipSync});
		await expect(read(bomb)).rejects.toThrow('row group 1 of 1: unpacks to more than 100 times its size');
		const limits = {...limitDefaults, maximumExpansion: 2000};
		expect((await read(bomb, 'text', limits))[0]).toHaveLength(2 ** 25);
		const repeated = table({groups: [Array.from({length: 200}, () => 'x'.repeat(2 ** 18))], dictionary: true});
		await expect(read(repeated)).rejects.toThrow('unpacks to more than 100 times its size');
	});

	test('a run that claims a thousand million values ends the reader and not the process', async () => {
		await expect(read(endless())).rejects.toMatchObject({
			code: 'ERR_SOPHIA_FORMAT',
			message: expect.stringContaining('asks for more memory than a table of its size needs'),
		});
	});

	test('a file that is not there is ERR_SOPHIA_IO', async () => {
		const reading = texts(
			readParquet({path: join(directory(), 'none'), column: 'text', limits: limitDefaults}, () => undefined),
		);
		await expect(reading).rejects.toMatchObject({code: 'ERR_SOPHIA_IO', message: expect.stringContaining('none')});
	});

	test('the process ends when nobody reads on', async () => {
		const pieces = readParquet({path: put(table({groups})), column: 'text', limits: limitDefaults}, () => undefined);
		expect((await pieces.next()).done).toBe(false);
		await pieces.return(undefined);
	});

	test('a signal ends the process while it reads, and before', async () => {
		const request = {path: put(endless()), column: 'text', limits: {...limitDefaults, maximumHeld: 2 ** 31}};
		const later = new AbortController();
		setTimeout(() => later.abort('enough'), 500);
		for (const signal of [later.signal, AbortSignal.abort('enough')]) {
			const reading = texts(readParquet(request, () => undefined, signal));
			await expect(reading).rejects.toMatchObject({code: 'ABORT_ERR', cause: 'enough'});
		}
	});

	test.each([
		['/none', 'spawn /none ENOENT'],
		['/bin/false', 'parquetreader.mjs` ended before it read anything'],
	])('a process that cannot be started, as %s, is no damaged file', async (path, reason) => {
		const program = `
			process.execPath = ${JSON.stringify(path)};
			const {readParquet} = require(${JSON.stringify(built('parquet.js'))});
			readParquet({path: 'a', column: 'text', limits: {}}).next().catch(({code, message}) => console.log(code, message));`;
		const {stdout} = await promisify(execFile)(process.execPath, ['-e', program]);
		expect(stdout).toMatch(/^ERR_SOPHIA_IO The process that reads parquet cannot be started: /);
		expect(stdout).toContain(reason);
	});

	test('the process ends when the one that started it is gone, however busy it is', async () => {
		const request = {path: put(table({groups})), column: 'text', limits: limitDefaults};
		const busy = encodeURIComponent('setTimeout(() => { console.log(`busy`); for (;;); }, 700)');
		const program = `
			const processes = require('child_process');
			const {fork} = processes;
			processes.fork = (file, given, options) => {
				const execArgv = [...options.execArgv, '--import', 'data:text/javascript,${busy}'];
				return fork(file, given, {...options, execArgv, stdio: ['ignore', 'inherit', 'ignore', 'ipc']});
			};
			const {readParquet} = require(${JSON.stringify(built('parquet.js'))});
			readParquet(${JSON.stringify(request)}, () => undefined).next();`;
		const parent = spawn(process.execPath, ['-e', program]);
		await once(parent.stdout, 'data');
		parent.kill('SIGKILL');
		await once(parent, 'close'); // its output is that of the busy one too
	}, 10_000);

	test('damaged tables are read or refused', async () => {
		const roll = dice(4);
		const tables = [
			table({groups, optional: true}),
			table({groups, dictionary: true, codec: codecs.gzip, compress: gzipSync}),
		];
		for (let i = 0; i < 30; i++) {
			await survives(read(damaged(tables[i % 2] ?? Buffer.alloc(0), roll)), path());
		}
	});
});
