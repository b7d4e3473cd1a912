/**
What the code computes: the losses of some fixed steps. A change of the code that does not change results voids nothing; one
that changes these steps shows here, whatever its version says.
*/
import {SophiaError} from '#lib/errors';
import {candidateNamed} from '../candidates/index';
import {keyOf, type Result} from './job';
import {withSteps, type Job, type Regime} from './regime';
import type {Runner} from './runner';
import type {Store} from './store';

/** Steps of a fingerprint: two refreshes of a curvature that comes every ten steps, and some more. */
const steps = 25;
/** What decay takes of the weights in a step at the full rate: that of published settings would not be seen in 25. */
const decay = 0.01;
/** Losses differ by rounding between instruction sets, in nats; what changes an optimizer changes more. */
const tolerance = 1e-4;

/** The run that is a fingerprint: the published configuration with much decay, through a whole course of 25 steps. */
export function fingerprintJob(regime: Regime, optimizer: string): Job {
	const {published} = candidateNamed(optimizer);
	const settings = {...published, warmup: 0.2, weightDecay: decay / published.learningRate};
	return {regime: withSteps(regime, steps), optimizer, settings, seed: 0, steps};
}

/** Losses of the steps and the one after the last; null where one was not finite. */
export type Fingerprint = readonly (number | null)[];

/** That of the run of such a job. */
export const fingerprintOf = ({losses = [], loss}: Result): Fingerprint => [...losses, loss];

/** Where two fingerprints part, in words; undefined where they agree. */
export function differs(a: Fingerprint, b: Fingerprint): string | undefined {
	if (a.length !== b.length) {
		return `${a.length} and ${b.length} losses`;
	}
	const isSame = (x: number | null, y: number | null = null) =>
		x === null || y === null ? x === y : Math.abs(x - y) <= tolerance;
	const step = a.findIndex((loss, i) => !isSame(loss, b[i]));
	const which = step < steps ? `the loss of step ${step + 1}` : 'the loss after the last step';
	return step < 0 ? undefined : `${which} was ${a[step]}, is ${b[step]}`;
}

/** What the code computes today, taken once for each regime and optimizer. */
export class Fingerprints {
	readonly #store: Store;
	readonly #runner: Runner;
	readonly #directory: string;
	readonly #known = new Map<string, Promise<Fingerprint | undefined>>();

	/** @param directory that of the runs, for people */
	constructor(store: Store, runner: Runner, directory: string) {
		this.#store = store;
		this.#runner = runner;
		this.#directory = directory;
	}

	/**
	That of an optimizer; undefined where it crashes in these steps. Runs of a directory are all of the same numerics.

	@throws SophiaError `ERR_SOPHIA_FORMAT` where they are not
	*/
	of(regime: Regime, optimizer: string): Promise<Fingerprint | undefined> {
		const job = fingerprintJob(regime, optimizer);
		const key = keyOf(job);
		const known = this.#known.get(key) ?? this.#take(job);
		this.#known.set(key, known);
		return known;
	}

	async #take(job: Job): Promise<Fingerprint | undefined> {
		const stored = this.#store.find(job);
		const run = await this.#runner.again(job, stored === undefined);
		const now = run && fingerprintOf(run);
		const difference = stored === undefined || now === undefined ? undefined : differs(fingerprintOf(stored), now);
		if (difference !== undefined) {
			const where = `The runs of ${job.optimizer} in \`${this.#directory}\``;
			const advice = 'begin in another `--directory`';
			throw new SophiaError(
				'ERR_SOPHIA_FORMAT',
				`${where} were made by code that computes otherwise: ${difference}; ${advice}`,
			);
		}
		return now;
	}
}
