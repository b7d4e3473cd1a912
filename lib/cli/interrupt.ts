/**
Ctrl-C, twice. The first ends a run after the step in progress, with a checkpoint; the second ends the process at once,
as if nobody had listened. A terminal that goes away, and a reader of the output that does, end a run like the first.
*/
import {constants} from 'node:os';

const names = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** The reason of an abort by a signal of the system. SIGPIPE stands for a reader that went away. */
export class Interruption extends Error {
	/** What the process exits with, by the shell's convention: 130 for SIGINT. */
	readonly exitCode: number;

	constructor(readonly signalName: (typeof names)[number] | 'SIGPIPE') {
		super(`Interrupted by ${signalName}`);
		this.exitCode = 128 + constants.signals[signalName];
	}
}

/** Those that were not disposed of yet. */
const listening = new Set<InterruptListener>();

/** Listens to SIGINT, SIGTERM and SIGHUP, and to `interrupt`, until it is disposed of. */
export class InterruptListener implements Disposable {
	readonly #controller = new AbortController();
	readonly #listeners = names.map((name) => ({name, listener: () => this.#hear(name)}));

	/**
	@param consequence what the first signal leads to, in words
	@param speaker the command that says so
	*/
	constructor(
		readonly consequence = 'finishing the step and writing a checkpoint',
		readonly speaker = 'sophia',
	) {
		this.#listeners.forEach(({name, listener}) => process.on(name, listener));
		listening.add(this);
	}

	/** Aborted, with an `Interruption` or what else went wrong, at the first of them. */
	get signal(): AbortSignal {
		return this.#controller.signal;
	}

	/** Ends the work as a signal does, unless it is ending already. The next signal still is the first. */
	end(reason: Error): void {
		if (!this.signal.aborted) {
			process.stderr.write(`${this.speaker}: ${this.consequence}\n`);
			this.#controller.abort(reason);
		}
	}

	[Symbol.dispose](): void {
		this.#ignore();
		listening.delete(this);
	}

	#hear(name: (typeof names)[number]): void {
		this.#ignore();
		process.stderr.write(`${this.speaker}: ${this.consequence}; once more to exit at once\n`);
		this.#controller.abort(new Interruption(name));
	}

	#ignore(): void {
		this.#listeners.forEach(({name, listener}) => process.removeListener(name, listener));
	}
}

/**
Ends whatever listens. A Ctrl-C under `| tee` reaches tee as well: the output may be lost before the signal is heard, or
after it, and neither may count as the second.

@returns whether anything listens
*/
export function interrupt(reason: Error): boolean {
	listening.forEach((listener) => listener.end(reason));
	return listening.size > 0;
}
