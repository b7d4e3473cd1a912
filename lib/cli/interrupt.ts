/**
Ctrl-C, twice. The first ends a run after the step in progress, with a checkpoint; the second ends the process at once,
as if nobody had listened.
*/
import {constants} from 'node:os';

const names = ['SIGINT', 'SIGTERM'] as const;

/** The reason of an abort by a signal of the system. */
export class Interruption extends Error {
	/** What the process exits with, by the shell's convention: 130 for SIGINT. */
	readonly exitCode: number;

	constructor(readonly signalName: (typeof names)[number]) {
		super(`Interrupted by ${signalName}`);
		this.exitCode = 128 + constants.signals[signalName];
	}
}

/** Listens to SIGINT and SIGTERM until it is disposed of. */
export class InterruptListener implements Disposable {
	readonly #controller = new AbortController();
	readonly #listeners = names.map((name) => ({name, listener: () => this.#hear(name)}));

	/** @param consequence what the first signal leads to, in words */
	constructor(readonly consequence = 'finishing the step and writing a checkpoint') {
		this.#listeners.forEach(({name, listener}) => process.on(name, listener));
	}

	/** Aborted, with an `Interruption`, at the first signal of the system. */
	get signal(): AbortSignal {
		return this.#controller.signal;
	}

	[Symbol.dispose](): void {
		this.#listeners.forEach(({name, listener}) => process.removeListener(name, listener));
	}

	#hear(name: (typeof names)[number]): void {
		this[Symbol.dispose]();
		process.stderr.write(`sophia: ${this.consequence}; once more to exit at once\n`);
		this.#controller.abort(new Interruption(name));
	}
}
