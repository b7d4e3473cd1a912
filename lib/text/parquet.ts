/**
Parquet: tables one of whose columns holds the documents, read row group by row group.

A thread of its own reads them. The reader trusts what it reads: a few bytes can tell it to fill all memory. There that is
the end of the thread and not of the process.
*/
import {join} from 'node:path';
import {Worker} from 'node:worker_threads';
import {SophiaError} from '../errors';
import {malformed, type Limits} from './limits';
import type {Piece} from './piece';

/** What the thread is told. */
export interface ParquetRequest {
	readonly path: string;
	readonly column: string;
	readonly limits: Limits;
}

/** What it answers, once for every time that it is asked, and with `undefined` at the end. */
export type ParquetAnswer = {readonly failure: string; readonly system: boolean} | ParquetGroup | undefined;

/** A row group's documents, one after the other. */
export interface ParquetGroup {
	readonly bytes: Uint8Array;
	/** Where each ends. */
	readonly ends: readonly number[];
	/** Bytes of the file that it took. */
	readonly read: number;
}

/** The program of the thread once it is built, seen from the sources and from what they were built into. */
const program = join(__dirname, '../../dist/text/parquetworker.mjs');

/** Megabytes of the thread for what describes the documents, however few: the documents themselves are not in it. */
const leastHeap = 256;

/**
The documents of a file, in its order. Empty ones are passed over.

@param onRead called with the bytes read of the file
@throws SophiaError `ERR_SOPHIA_FORMAT` for what is no such table or beyond the limits, `ERR_SOPHIA_IO` when it cannot be
read
*/
export async function* readParquet(request: ParquetRequest, onRead: (bytes: number) => void): AsyncGenerator<Piece> {
	const {path, column, limits} = request;
	const {maximumExpansion, maximumHeld} = limits; // alone, as they are copied for the thread
	const workerData: ParquetRequest = {path, column, limits: {maximumExpansion, maximumHeld}};
	const heap = Math.max(leastHeap, maximumHeld / 2 ** 19);
	const worker = new Worker(program, {workerData, resourceLimits: {maxOldGenerationSizeMb: heap}});
	try {
		for (let asked = ask(worker, path); ;) {
			const group = await asked;
			if (group === undefined) {
				return;
			}
			asked = ask(worker, path); // read while this one is worked on
			asked.catch(() => undefined); // it is awaited above, perhaps too late for Node
			onRead(group.read);
			yield* documents(group);
		}
	} finally {
		await worker.terminate();
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
async function ask(worker: Worker, path: string): Promise<ParquetGroup | undefined> {
	const answer = await new Promise<ParquetAnswer>((resolve, reject) => {
		worker.once('message', resolve);
		worker.once('error', reject);
		worker.once('exit', () => reject(new Error('the reader ended')));
		worker.postMessage('next');
	})
		.catch((cause: unknown) => {
			throw malformed(path, 'asks for more memory than a table of its size needs, or is damaged', cause);
		})
		.finally(() => {
			['message', 'error', 'exit'].forEach((event) => worker.removeAllListeners(event));
		});
	if (answer !== undefined && 'failure' in answer) {
		throw answer.system ? new SophiaError('ERR_SOPHIA_IO', answer.failure) : malformed(path, answer.failure);
	}
	return answer;
}
