/** What all commands of the study share: the directory, the data, the runs, the report, and an end in order. */
import {existsSync, realpathSync} from 'node:fs';
import {join, resolve} from 'node:path';
import {Dataset} from 'sophia-native';
import {UsageError} from '#lib/cli/options';
import {InterruptListener} from '#lib/cli/interrupt';
import {wrap} from '#lib/errors';
import {headline, machine} from '../machine';
import {Report} from '../report';
import type {Candidate, Settings} from '../candidates/candidate';
import {Fingerprints, type Fingerprint} from './fingerprint';
import {Lock} from './lock';
import type {Plan} from './options';
import {nameOf, schedule, tokensOf, type Job, type Regime, type Shape} from './regime';
import {Runner, type Pace} from './runner';
import {digestOfShards} from './shards';
import {prepareSpeeches} from './speeches';
import {Store} from './store';

const runsFile = 'runs.jsonl';

/** How its jobs are run; in another way in tests. */
export type Opening = Pick<Pace, 'launch' | 'patience'>;

/** What a study is made of. */
interface Parts {
	readonly plan: Plan;
	readonly data: Dataset;
	/** Where the data lie, and the digest of them. */
	readonly directory: string;
	readonly digest: string;
	readonly lock: Lock;
}

/** A study in a directory. */
export class Study implements AsyncDisposable {
	readonly plan: Plan;
	readonly report: Report;
	readonly store: Store;
	readonly runner: Runner;
	/** Aborted where somebody interrupts, and in the end. */
	readonly signal: AbortSignal;
	readonly machine = machine();
	readonly data: Dataset;
	/** Every run that was asked for, whether it was there or not. */
	readonly asked: Job[] = [];
	readonly #digest: string;
	readonly #lock: Lock;
	readonly #listener: InterruptListener;
	readonly #end = new AbortController();
	readonly #told = new Set<string>();
	readonly #fingerprints: Fingerprints;
	readonly #begun = performance.now();
	#expected = 0;
	#done = 0;

	private constructor({plan, data, directory, digest, lock}: Parts, opening: Opening) {
		this.plan = plan;
		this.data = data;
		this.#digest = digest;
		this.#lock = lock;
		this.store = new Store(this.path(runsFile));
		this.report = wrap(() => new Report(plan.output));
		this.#listener = new InterruptListener('ending the runs; what is done is kept', 'sophia-bench'); // nothing throws below
		this.signal = AbortSignal.any([this.#listener.signal, this.#end.signal]);
		this.runner = new Runner(this.store, {
			...opening,
			directory,
			workers: plan.workers,
			limit: plan.limit,
			signal: this.signal,
			onDone: (job, tokens) => this.#tell(job, tokens),
			onFailed: ({job, reason}) => this.once(`  ${whatOf(job)}, ${job.optimizer}: a run failed: ${reason}`),
		});
		this.#fingerprints = new Fingerprints(this.store, this.runner, plan.directory);
	}

	/**
	Opens it, and says so.

	@throws SophiaError for data that is not there or not what it says, and where another command adds to the directory
	*/
	static async open(what: string, plan: Plan, opening: Opening = {}): Promise<Study> {
		refuse(plan.output, join(plan.directory, runsFile));
		const given = plan.data === undefined ? undefined : Dataset.open(plan.data);
		const lock = await Lock.take(plan.directory, what);
		let study: Study;
		try {
			const directory = plan.data ?? join(plan.directory, 'data');
			const data = given ?? (await prepareSpeeches(directory));
			expectRoom(plan.length, data);
			const digest = await digestOfShards(data);
			study = new Study({plan, data, directory, digest, lock}, opening);
		} catch (error) {
			lock[Symbol.dispose]();
			throw error;
		}
		try {
			study.#begin(what);
			return study;
		} catch (error) {
			await study[Symbol.asyncDispose]();
			throw error;
		}
	}

	#begin(what: string): void {
		this.report.record('study', {study: what, plan: this.plan, data: this.#digest, ...this.machine});
		this.once(headline(this.machine));
		if (this.store.unreadable.length > 0) {
			const lines = this.store.unreadable.join(', ');
			this.once(`  ${this.store.path}: what is in line ${lines} is no run, and is left out; it will be made again`);
		}
	}

	/** The regime of a ratio, with the plan's model or another. */
	regime(ratio: number, shape: Shape = this.plan.shape): Regime {
		const {batch, length} = this.plan;
		return {shape, ratio, batch, length, vocabulary: this.data.vocabulary, data: this.#digest, schedule};
	}

	/** A path in the study's directory. */
	path(...names: readonly string[]): string {
		return join(this.plan.directory, ...names);
	}

	/** Says how many more runs are to come. */
	expect(regime: Regime, runs: number): void {
		this.#expected += runs * tokensOf(regime);
	}

	/** Tells a line, and the same line once only. */
	once(line: string): void {
		if (!this.#told.has(line)) {
			this.#told.add(line);
			this.report.say(line);
		}
	}

	/** Losses of one configuration and seed, NaN where runs failed. */
	async losses(regime: Regime, {name}: Candidate, settings: readonly Settings[], seed: number): Promise<number[]> {
		if ((await this.fingerprint(regime, name)) === undefined) {
			return settings.map(() => NaN);
		}
		const jobs = settings.map((each) => ({regime, optimizer: name, settings: each, seed}));
		const runs = await this.runner.run(jobs);
		return runs.map((run) => (run === undefined ? NaN : (run.loss ?? Infinity)));
	}

	/** What the code computes today in some steps of an optimizer: `Fingerprints.of`. */
	fingerprint(regime: Regime, optimizer: string): Promise<Fingerprint | undefined> {
		return this.#fingerprints.of(regime, optimizer);
	}

	#tell(job: Job, tokens: number): void {
		const {regime, optimizer} = job;
		this.asked.push(job);
		this.#done += tokens;
		this.#expected -= tokens === 0 ? tokensOf(regime) : 0;
		const part = this.#expected > 0 ? Math.min(1, this.#done / this.#expected) : 1;
		const seconds = (performance.now() - this.#begun) / 1e3;
		this.report.progress(part, `${nameOf(regime)}, ${optimizer}`, (seconds * (1 - part)) / part);
	}

	/** Ends what still runs, as after an error of somebody else, and waits for its end. */
	async [Symbol.asyncDispose](): Promise<void> {
		this.#end.abort();
		await this.runner.idle();
		this.report.end();
		this.#listener[Symbol.dispose]();
		this.#lock[Symbol.dispose]();
	}
}

/** What a job is of: a whole course, or the first steps of one. */
const whatOf = ({regime, steps}: Job) =>
	steps === undefined ? nameOf(regime) : `${regime.shape.layers}x${regime.shape.width}, the first ${steps} steps`;

/** @throws UsageError for an output that would take the place of the runs */
function refuse(output: string | undefined, runs: string): void {
	if (output !== undefined && placeOf(output) === placeOf(runs)) {
		throw new UsageError(`Expected \`--output\` to be another file than that of the runs, got \`${output}\``);
	}
}

/** @throws UsageError for sequences that are longer than a text */
function expectRoom(length: number, {train, validation}: Dataset): void {
	const tokens = Math.min(train.tokens, validation.tokens);
	if (length >= tokens) {
		const text = tokens === validation.tokens ? 'validation' : 'training';
		throw new UsageError(
			`Expected \`--length\` to be below the ${tokens} tokens of the ${text} text, got \`${length}\``,
		);
	}
}

/** Where a path leads, through links. */
const placeOf = (path: string) => (existsSync(path) ? realpathSync(path) : resolve(path));
