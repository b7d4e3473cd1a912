/** The runs that were made, in a file: what was computed is never computed again, by whichever command. */
import {isResult, keyOf, type Run} from './job';
import {JsonLines} from './jsonlines';
import type {Job} from './regime';

/** A file of runs. */
export class Store {
	readonly #lines: JsonLines<Run>;
	readonly #runs: Map<string, Run>;

	/** Reads what is there; nothing is fine. */
	constructor(path: string) {
		this.#lines = new JsonLines(path, runOf);
		this.#runs = new Map(this.#lines.found.map((run) => [run.key, run]));
	}

	get path(): string {
		return this.#lines.path;
	}

	/** Numbers of lines that are no runs. */
	get unreadable(): readonly number[] {
		return this.#lines.unreadable;
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
		this.#lines.add(run);
		this.#runs.set(run.key, run);
	}
}

/** A line counts as the run that its job says it is, not as what its key says. */
function runOf(json: unknown): Run | undefined {
	const run = json as Run;
	return isResult(run) && keyOf(run) === run.key ? run : undefined;
}
