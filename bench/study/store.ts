/**
The runs that were made: a file of JSON lines that only grows, so that what was computed is never computed again, by
whichever command. A file that was cut loses its last line and nothing else.
*/
import {appendFileSync, existsSync, readFileSync} from 'node:fs';
import {dirname} from 'node:path';
import {makeDirectory} from '#lib/files';
import {keyOf, type Run} from './job';
import type {Job} from './regime';

/** A file of runs. */
export class Store {
	readonly path: string;
	/** Lines that are no runs: cut, or somebody else's. They stay where they are. */
	readonly unreadable: readonly number[];
	readonly #runs = new Map<string, Run>();
	#whole: boolean;

	/** Reads what is there; nothing is fine. */
	constructor(path: string) {
		this.path = path;
		const text = existsSync(path) ? readFileSync(path, 'utf8') : '';
		const unreadable: number[] = [];
		text.split('\n').forEach((line, i) => {
			const run = line === '' ? undefined : parse(line);
			if (run !== undefined) {
				this.#runs.set(run.key, run);
			} else if (line !== '') {
				unreadable.push(i + 1);
			}
		});
		this.unreadable = unreadable;
		this.#whole = text === '' || text.endsWith('\n');
	}

	/** What came of a job, if it was run. */
	find(job: Job): Run | undefined {
		return this.#runs.get(keyOf(job));
	}

	/** Every run, in the order in which they were made. */
	all(): readonly Run[] {
		return [...this.#runs.values()];
	}

	/** Keeps a run. */
	add(run: Run): void {
		makeDirectory(dirname(this.path));
		const begin = this.#whole ? '' : '\n';
		this.#whole = false; // until all of it is written: the disk may be full
		appendFileSync(this.path, `${begin}${JSON.stringify(run)}\n`);
		this.#whole = true;
		this.#runs.set(run.key, run);
	}
}

/** A line counts as the run that its job says it is, not as what its key says. */
function parse(line: string): Run | undefined {
	try {
		const run = JSON.parse(line) as Run;
		const sound =
			(run.loss === null || Number.isFinite(run.loss)) && Array.isArray(run.curve) && Number.isFinite(run.seconds);
		return sound && keyOf(run) === run.key ? run : undefined;
	} catch {
		return undefined;
	}
}
