/** What a run is known by, and what is kept of it. */
import {createHash} from 'node:crypto';
import {canonical, type Job} from './regime';

/** What came of a job, as the process that ran it tells. */
export interface Result {
	/** Validation loss after the last step of the whole schedule, on the whole shard, in nats per token; null: diverged. */
	readonly loss: number | null;
	/** Mean losses of the batches of each twentieth of the steps, as far as it went. */
	readonly curve: readonly number[];
	/** Processor time of the steps, in seconds. */
	readonly seconds: number;
	/** The optimizer's part of them: its steps and its curvature. */
	readonly own?: number;
	/** Part of the coordinates that Sophia did not clip, as of the last refresh. */
	readonly winRate?: number;
	/** Loss of each step, of a run that takes only some. */
	readonly losses?: readonly number[];
	/** Bytes of the optimizer's state after it, of such a run. */
	readonly state?: number;
}

/** A run: a line of the file of runs. */
export interface Run extends Job, Result {
	/** Names the job; the same job anywhere has the same. */
	readonly key: string;
}

/** Whether it is one, of what may be rubbish. */
export function isResult(given: Partial<Result> | null): given is Result {
	const {loss, curve, seconds} = given ?? {};
	return (loss === null || Number.isFinite(loss)) && Array.isArray(curve) && Number(seconds) >= 0;
}

/** Parts of the steps that a curve has. */
export const curveParts = 20;

const keyDigits = 16;

/** A digest of what an object says. */
export function digestOf(value: unknown): string {
	return createHash('sha256').update(canonical(value)).digest('hex').slice(0, keyDigits);
}

/** The name of a job. */
export function keyOf({regime, optimizer, settings, seed, steps}: Job): string {
	return digestOf({regime, optimizer, settings, seed, ...(steps === undefined ? {} : {steps})});
}

/** The loss as comparisons take it: a run that diverged is worse than any. */
export const lossOf = ({loss}: Pick<Run, 'loss'>): number => loss ?? Infinity;
