/**
Parquet: tables one of whose columns holds the documents, read row group by row group.

A process of its own reads them. The reader trusts what it reads: a few bytes can tell it to fill all memory, and that
ends a process, with all of its threads.
*/
import {fork, type ChildProcess} from 'node:child_process';
import {join} from 'node:path';
import {AbortError, messageOf, printable, SophiaError, wrongFile} from '../errors';
import type {Limits} from './limits';
import type {Piece} from './piece';

/** What the process is told, as JSON in its first argument. */
export interface ParquetRequest {
	readonly path: string;
	readonly column: string;
	readonly limits: Limits;
}

/** What it answers, once for every time that it is asked, and after `started`. */
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
@param signal ends the process that reads, whatever it is at
@throws SophiaError `ERR_SOPHIA_FORMAT` for what is no such table or beyond the limits, `ERR_SOPHIA_IO` when it cannot be
read or the process cannot be started, `ABORT_ERR`
*/
export async function* readParquet(
	request: ParquetRequest,
	onRead: (bytes: number) => void,
	signal?: AbortSignal,
): AsyncGenerator<Piece> {
	const reader = new ReadingProcess(request, signal);
	try {
		for (let asked = reader.next(); ;) {
			const group = await asked;
			if (group === 'end') {
				return;
			}
			asked = reader.next(); // read while this one is worked on
			asked.catch(() => undefined); // it is awaited above, perhaps too late for Node
			onRead(group.read);
			yield* documents(group);
		}
	} finally {
		reader.end();
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

/** The process that reads. It ends when it is told to, and by itself when this one is gone. */
class ReadingProcess {
	readonly #child: ChildProcess;
	readonly #path: string;
	readonly #signal: AbortSignal | undefined;
	#started = false;
	/** Why there are no answers any more. */
	#failure: Error | undefined;
	#answer: (answer: ParquetAnswer | Error) => void = () => undefined;

	constructor({path, column, limits}: ParquetRequest, signal: AbortSignal | undefined) {
		const {maximumExpansion, maximumHeld} = limits;
		const told: ParquetRequest = {path, column, limits: {maximumExpansion, maximumHeld}};
		this.#path = path;
		this.#signal = signal;
		this.#child = fork(program, [JSON.stringify(told), String(process.pid)], {
			detached: true, // Ctrl-C is for who reads the documents
			execArgv: [`--max-old-space-size=${Math.max(leastHeap, Math.ceil(maximumHeld / 2 ** 19))}`],
			serialization: 'advanced',
			stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
			killSignal: 'SIGKILL',
			...(signal && {signal}),
		});
		this.#child.on('message', (answer: ParquetAnswer | 'started') => this.#hear(answer));
		this.#child.on('error', (cause) => this.#fail(cause)).on('exit', () => this.#fail());
	}

	/** The next row group. */
	async next(): Promise<ParquetGroup | 'end'> {
		const answer = await new Promise<ParquetAnswer | Error>((resolve) => {
			this.#answer = resolve;
			if (this.#failure === undefined) {
				this.#child.send('next', () => undefined); // where it cannot be told, it has ended, which is heard
			} else {
				resolve(this.#failure);
			}
		});
		if (answer instanceof Error) {
			throw answer;
		}
		if (answer !== 'end' && 'failure' in answer) {
			const {system, failure} = answer;
			throw system ? new SophiaError('ERR_SOPHIA_IO', printable(failure)) : wrongFile(this.#path, failure);
		}
		return answer;
	}

	end(): void {
		this.#child.kill('SIGKILL');
	}

	#hear(answer: ParquetAnswer | 'started'): void {
		if (answer === 'started') {
			this.#started = true;
		} else {
			this.#answer(answer);
		}
	}

	#fail(cause?: Error): void {
		this.#failure ??= this.#reason(cause);
		this.#answer(this.#failure);
	}

	#reason(cause: Error | undefined): Error {
		if (this.#signal?.aborted) {
			return new AbortError(this.#signal);
		}
		if (!this.#started) {
			const reason = cause === undefined ? `\`${program}\` ended before it read anything` : messageOf(cause);
			return new SophiaError('ERR_SOPHIA_IO', `The process that reads parquet cannot be started: ${reason}`, {cause});
		}
		return wrongFile(this.#path, 'is damaged, or asks for more memory than a table of its size needs', cause);
	}
}
