/** What all commands of the study share: the directory, the data, the runs, the report, and an end in order. */
import {createHash} from 'node:crypto';
import {readFileSync} from 'node:fs';
import {join, resolve} from 'node:path';
import {Dataset} from 'sophia-native';
import {UsageError} from '#lib/cli/options';
import {InterruptListener} from '#lib/cli/interrupt';
import {SophiaError, wrap} from '#lib/errors';
import {headline, machine} from '../machine';
import {Report} from '../report';
import type {Candidate, Settings} from '../candidates/candidate';
import {differs, fingerprintJob, fingerprintOf, type Fingerprint} from './fingerprint';
import {keyOf} from './job';
import type {Plan} from './options';
import {nameOf, schedule, tokensOf, type Job, type Regime, type Shape} from './regime';
import {Runner} from './runner';
import {prepareSpeeches} from './speeches';
import {Store} from './store';

const runsFile = 'runs.jsonl';

/** A study in a directory. */
export class Study implements Disposable {
	readonly plan: Plan;
	readonly report: Report;
	readonly store: Store;
	readonly runner: Runner;
	readonly machine = machine();
	readonly data: Dataset;
	readonly #digest: string;
	readonly #listener: InterruptListener;
	readonly #told = new Set<string>();
	readonly #fingerprints = new Map<string, Promise<Fingerprint | undefined>>();
	readonly #begun = performance.now();
	#expected = 0;
	#done = 0;

	private constructor(what: string, plan: Plan, data: Dataset, directory: string) {
		this.plan = plan;
		this.data = data;
		this.#digest = digestOfShards(data);
		refuse(plan.output, this.path(runsFile));
		this.report = wrap(() => new Report(plan.output));
		this.#listener = new InterruptListener('ending the runs; what is done is kept', 'sophia-bench');
		this.store = new Store(this.path(runsFile));
		this.runner = new Runner(this.store, {
			directory,
			workers: plan.workers,
			limit: plan.limit,
			signal: this.signal,
			onDone: (job, tokens) => this.#tell(job, tokens),
			onFailed: ({job, reason}) => this.once(`  ${nameOf(job.regime)}, ${job.optimizer}: a run failed: ${reason}`),
		});
		this.report.record('study', {study: what, plan, data: this.#digest, ...this.machine});
		this.once(headline(this.machine));
		if (this.store.unreadable.length > 0) {
			const lines = this.store.unreadable.join(', ');
			this.once(`  ${this.store.path}: what is in line ${lines} is no run, and is left out; it will be made again`);
		}
	}

	/** @throws SophiaError for data that is not there or not what it says */
	static async open(what: string, plan: Plan): Promise<Study> {
		const directory = plan.data ?? join(plan.directory, 'data');
		const data = plan.data === undefined ? await prepareSpeeches(directory) : Dataset.open(directory);
		return new Study(what, plan, data, directory);
	}

	get signal(): AbortSignal {
		return this.#listener.signal;
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

	/**
	What the code computes today in some steps of an optimizer; undefined where it crashes there. Runs of a directory are all
	of the same numerics.

	@throws SophiaError `ERR_SOPHIA_FORMAT` where they are not
	*/
	fingerprint(regime: Regime, optimizer: string): Promise<Fingerprint | undefined> {
		const job = fingerprintJob(regime, optimizer);
		const key = keyOf(job);
		const known = this.#fingerprints.get(key) ?? this.#takeFingerprint(job);
		this.#fingerprints.set(key, known);
		return known;
	}

	async #takeFingerprint(job: Job): Promise<Fingerprint | undefined> {
		const stored = this.store.find(job);
		const run = await this.runner.again(job, stored === undefined);
		const now = run && fingerprintOf(run);
		const difference = stored === undefined || now === undefined ? undefined : differs(fingerprintOf(stored), now);
		if (difference !== undefined) {
			const where = `The runs of ${job.optimizer} in \`${this.plan.directory}\``;
			const advice = 'begin in another `--directory`';
			throw new SophiaError(
				'ERR_SOPHIA_FORMAT',
				`${where} were made by code that computes otherwise: ${difference}; ${advice}`,
			);
		}
		return now;
	}

	#tell({regime, optimizer}: Job, tokens: number): void {
		this.#done += tokens;
		this.#expected -= tokens === 0 ? tokensOf(regime) : 0;
		const part = this.#expected > 0 ? Math.min(1, this.#done / this.#expected) : 1;
		const seconds = (performance.now() - this.#begun) / 1e3;
		this.report.progress(part, `${nameOf(regime)}, ${optimizer}`, (seconds * (1 - part)) / part);
	}

	[Symbol.dispose](): void {
		this.report.end();
		this.#listener[Symbol.dispose]();
	}
}

/** @throws UsageError for an output that would take the place of the runs */
function refuse(output: string | undefined, runs: string): void {
	if (output !== undefined && resolve(output) === resolve(runs)) {
		throw new UsageError(`Expected \`--output\` to be another file than that of the runs, got \`${output}\``);
	}
}

/** Of the tokens, wherever they lie. */
function digestOfShards({train, validation}: Dataset): string {
	const hash = createHash('sha256');
	for (const {path} of [train, validation]) {
		hash.update(readFileSync(path));
	}
	return hash.digest('hex').slice(0, 16);
}
