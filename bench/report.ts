/** Where results go: a table that grows line by line, a line of progress, and a file of JSON lines. */
import {appendFileSync, writeFileSync} from 'node:fs';
import {duration} from '#lib/duration';
import {encode} from './encoding';

/** A column of a table. */
export interface Column {
	readonly title: string;
	readonly width: number;
	/** To the left, as text is; numbers stand to the right. */
	readonly left?: boolean;
}

/** What is written to, such as `process.stdout`. */
export type Output = NodeJS.WritableStream & {readonly isTTY?: boolean};

/** What a trial says, as it goes. */
export class Report {
	readonly #output: Output;
	readonly #progress: Output;
	readonly #path: string | undefined;
	#columns: readonly Column[] = [];
	#shown = false;

	/** @param path of the file of JSON lines, which is begun anew */
	constructor(path: string | undefined, output: Output = process.stdout, progress: Output = process.stderr) {
		this.#output = output;
		this.#progress = progress;
		this.#path = path;
		if (path !== undefined) {
			writeFileSync(path, '');
		}
	}

	/** Whether what is recorded is kept: there is a file. */
	get keeps(): boolean {
		return this.#path !== undefined;
	}

	/** A line for people. */
	say(line = ''): void {
		this.#clear();
		this.#output.write(`${line}\n`);
	}

	/** An object for programs. */
	record(sort: string, facts: object): void {
		if (this.#path !== undefined) {
			appendFileSync(this.#path, `${encode({sort, ...facts})}\n`);
		}
	}

	/** Begins a table. */
	table(columns: readonly Column[]): void {
		this.#columns = columns;
		this.row(columns.map(({title}) => title));
	}

	/** A row of the table. */
	row(cells: readonly string[]): void {
		const padded = this.#columns.map(({width, left = false}, i) => {
			const cell = cells[i] ?? '';
			return left ? cell.padEnd(width) : cell.padStart(width);
		});
		this.say(padded.join('  ').trimEnd());
	}

	/** Where the trial stands: on a terminal only, and gone with the next line. */
	progress(part: number, text: string, secondsLeft: number): void {
		if (this.#progress.isTTY === true) {
			const left = Number.isFinite(secondsLeft) ? `  ${duration(secondsLeft)} left` : '';
			this.#progress.write(`\r\u001B[K${(100 * part).toFixed(0).padStart(3)} %  ${text}${left}`);
			this.#shown = true;
		}
	}

	/** Ends the line of progress. */
	end(): void {
		this.#clear();
	}

	#clear(): void {
		if (this.#shown) {
			this.#progress.write('\r\u001B[K');
			this.#shown = false;
		}
	}
}
