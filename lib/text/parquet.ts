/**
Parquet: tables one of whose columns holds the documents, read row group by row group.

A process of its own reads them. The reader trusts what it reads: a few bytes can tell it to fill all memory, and that
ends a process, with all of its threads.
*/
import {fork, type ChildProcess} from 'node:child_process';
import {join} from 'node:path';
import {printable, SophiaError, wrongFile} from '../errors';
import type {Limits} from './limits';
import type {Piece} from './piece';

/** What the process is told, as JSON in its first argument. */
export interface ParquetRequest {
	readonly path: string;
	readonly column: string;
	readonly limits: Limits;
}

/** What it answers, once for every time that it is asked. */
export type ParquetAnswer = {readonly failure: string; readonly system: boolean} | ParquetGroup | 'end';

/** A row group's documents, one after the other. */
export interface ParquetGroup {
	readonly bytes: Uint8Array;
	/** Where each ends. */
	readonly ends: readonly number[];
	/** Bytes of the file that it took. */
	readonly read: number;
}

/** The program once it is built, seen from the sources and from what they were built into. */
const program = join(__dirname, '../../dist/text/parquetreader.mjs');

/** Megabytes for what describes the documents, however few: the documents themselves are not among them. */
const leastHeap = 256;

/**
The documents of a file, in its order. Empty ones are passed over.

@param onRead called with the bytes read of the file
@throws SophiaError `ERR_SOPHIA_FORMAT` for what is no such table or beyond the limits, `ERR_SOPHIA_IO` when it cannot be
read
*/
export async function* readParquet(request: ParquetRequest, onRead: (bytes: number) => void): AsyncGenerator<Piece> {
	const {path, column, limits} = request;
	const {maximumExpansion, maximumHeld} = limits;
	const told: ParquetRequest = {path, column, limits: {maximumExpansion, maximumHeld}};
	const reader = fork(program, [JSON.stringify(told)], {
		detached: true, // Ctrl-C is for who reads the documents
		execArgv: [`--max-old-space-size=${Math.max(leastHeap, Math.ceil(maximumHeld / 2 ** 19))}`],
		serialization: 'advanced',
		stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
	});
	try {
		for (let asked = ask(reader, path); ;) {
			const group = await asked;
			if (group === 'end') {
				return;
			}
			asked = ask(reader, path); // read while this one is worked on
			asked.catch(() => undefined); // it is awaited above, perhaps too late for Node
			onRead(group.read);
			yield* documents(group);
		}
	} finally {
		reader.kill('SIGKILL');
	}
}

function* documents({bytes, ends}: ParquetGroup): Generator<Piece> {
	let begin = 0;
	for (const end of ends) {
		if (end > begin) {
			yield {bytes: bytes.subarray(begin, end), begins: true};
		}
		begin = end;
	}
}

/** The next row group. */
async function ask(reader: ChildProcess, path: string): Promise<ParquetGroup | 'end'> {
	const answer = await new Promise<ParquetAnswer>((resolve, reject) => {
		const ended = () => reject(wrongFile(path, 'is damaged, or asks for more memory than a table of its size needs'));
		reader.once('message', resolve).once('error', ended).once('exit', ended);
		reader.send('next', (error) => error !== null && ended());
	}).finally(() => {
		['message', 'error', 'exit'].forEach((event) => reader.removeAllListeners(event));
	});
	if (answer !== 'end' && 'failure' in answer) {
		throw answer.system ? new SophiaError('ERR_SOPHIA_IO', printable(answer.failure)) : wrongFile(path, answer.failure);
	}
	return answer;
}
