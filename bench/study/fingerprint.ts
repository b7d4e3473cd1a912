/**
What the code computes: the losses of some fixed steps. A change of the code that does not change results voids nothing; one
that changes these steps shows here, whatever its version says.
*/
import {candidateNamed} from '../candidates/index';
import {configure, type Job, type Regime} from './regime';

/** Steps of a fingerprint: two refreshes of a curvature that comes every ten steps, and some more. */
const steps = 25;
/** Losses differ by rounding between instruction sets, in nats; what changes an optimizer changes more. */
const tolerance = 1e-4;

/** The run that is a fingerprint: the published configuration at full rate. */
export function fingerprintJob(regime: Regime, optimizer: string): Job {
	return {regime, optimizer, settings: configure(candidateNamed(optimizer), {warmup: 0}), seed: 0, steps};
}

/** Where two fingerprints part, in words; undefined where they agree. */
export function differs(a: readonly number[], b: readonly number[]): string | undefined {
	if (a.length !== b.length) {
		return `${a.length} and ${b.length} losses`;
	}
	const step = a.findIndex((loss, i) => !(Math.abs(loss - (b[i] ?? NaN)) <= tolerance));
	return step < 0 ? undefined : `the loss of step ${step + 1} was ${a[step]}, is ${b[step]}`;
}
