/** Runs jobs in processes of their own, some side by side, and keeps what comes of them. */
import {join} from 'node:path';
import {execute, ExecutionError} from '../process';
import {lastLine} from '../plain';
import {root} from '../root';
import {isResult, keyOf, type Result, type Run} from './job';
import {tokensOf, type Job} from './regime';
import type {Store} from './store';

/** A job that gave nothing, twice: it crashed or hung. */
export interface Failed {
	readonly job: Job;
	readonly reason: string;
}

/** How jobs are run. */
export interface Pace {
	/** The directory of the data. */
	readonly directory: string;
	/** Processes side by side, of one thread each. */
	readonly workers: number;
	/** Seconds after which a run counts as hung, for each million tokens. */
	readonly limit: number;
	/** Seconds that it has besides. @default 60 */
	readonly patience?: number;
	readonly signal: AbortSignal;
	/** Told of each job that is done, with its tokens, none for one that was there already. */
	readonly onDone?: (job: Job, tokens: number) => void;
	readonly onFailed?: (failed: Failed) => void;
	/** What runs a job; another one in tests. */
	readonly launch?: (job: Job, directory: string) => {readonly command: string; readonly args: readonly string[]};
}

const attempts = 2;
const standardPatience = 60;

/** Runs jobs, as many at a time as it may, whoever asks for them. */
export class Runner {
	readonly #store: Store;
	readonly #pace: Pace;
	readonly #waiting: (() => void)[] = [];
	/** Jobs that are being run, so that who asks for the same waits for the same. */
	readonly #running = new Map<string, Promise<Run | undefined>>();
	readonly #attempts = new Set<Promise<unknown>>();
	#free: number;

	constructor(store: Store, pace: Pace) {
		this.#store = store;
		this.#pace = pace;
		this.#free = pace.workers;
	}

	/** What came of the jobs, in their order; undefined where one failed. @throws the signal's reason */
	run(jobs: readonly Job[]): Promise<(Run | undefined)[]> {
		return Promise.all(jobs.map((job) => this.#one(job)));
	}

	/** A job's first steps, made today, whether or not they were made before; undefined where that failed. */
	async again(job: Job, keep = false): Promise<Run | undefined> {
		return this.#inTurn(() => this.#attempt(job, keep));
	}

	/** Until no process runs any more: soon, once the signal says so. */
	async idle(): Promise<void> {
		while (this.#attempts.size > 0) {
			await Promise.allSettled(this.#attempts);
		}
	}

	#one(job: Job): Promise<Run | undefined> {
		const found = this.#store.find(job);
		if (found !== undefined) {
			this.#pace.onDone?.(job, 0);
			return Promise.resolve(found);
		}
		const key = keyOf(job);
		const running = this.#running.get(key) ?? this.#make(job).finally(() => this.#running.delete(key));
		this.#running.set(key, running);
		return running;
	}

	async #make(job: Job): Promise<Run | undefined> {
		const run = await this.#inTurn(() => this.#attempt(job));
		this.#pace.onDone?.(job, tokensOf(job.regime));
		return run;
	}

	/** Once somebody may run. @throws the signal's reason */
	async #inTurn<T>(work: () => Promise<T>): Promise<T> {
		while (this.#free === 0) {
			await new Promise<void>((resolve) => this.#waiting.push(resolve));
		}
		this.#free--;
		try {
			this.#pace.signal.throwIfAborted();
			const working = work();
			this.#attempts.add(working);
			return await working.finally(() => this.#attempts.delete(working));
		} finally {
			this.#free++;
			this.#waiting.shift()?.();
		}
	}

	async #attempt(job: Job, keep = true): Promise<Run | undefined> {
		const {directory, limit, patience = standardPatience, signal, launch = launchWorker, onFailed} = this.#pace;
		const seconds = patience + (limit * tokensOf(job.regime)) / 1e6;
		let reason = '';
		for (let attempt = 0; attempt < attempts; attempt++) {
			try {
				const how = {...launch(job, directory), environment: process.env, attended: true};
				const {stdout} = await execute(how, signal, seconds);
				const run = {key: keyOf(job), ...job, ...readResult(stdout)};
				if (keep) {
					this.#store.add(run);
				}
				return run;
			} catch (error) {
				signal.throwIfAborted();
				reason = reasonOf(error);
			}
		}
		onFailed?.({job, reason});
		return undefined;
	}
}

function launchWorker(job: Job, directory: string) {
	return {
		command: process.execPath,
		args: [join(root, 'dist', 'bench', 'study', 'worker.js'), JSON.stringify(job), directory],
	};
}

/** @throws ExecutionError for rubbish */
function readResult(stdout: string): Result {
	const line = stdout.trim().split('\n').at(-1) ?? '';
	try {
		const result = JSON.parse(line) as Partial<Result> | null;
		if (isResult(result)) {
			return result;
		}
	} catch {
		// said below
	}
	throw new ExecutionError(`answered rubbish: \`${lastLine(line)}\``, '');
}

function reasonOf(error: unknown): string {
	if (error instanceof ExecutionError) {
		const words = complaint(error.stderr);
		return words === '' ? error.message : `${error.message}: ${words}`;
	}
	throw error;
}

/** The line that says what is wrong: that of an error, wherever a trace and the version of Node follow it, or the last. */
function complaint(stderr: string): string {
	const lines = stderr.split('\n').filter((line) => /^(Uncaught )?\w*Error\b/.test(line));
	return lastLine(lines.at(-1) ?? stderr);
}
