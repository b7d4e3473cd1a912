/**
The learning rate as a pure function of the step, so that a resumed run needs no state to continue it. The native
trainer computes the same function; this one is for display, and a test compares the two.
*/
import {count, integer, maximumCount, nonNegative, object, oneOf, ratio, withDefaults} from './check';

/** The shape of the learning rate after the warm-up. `wsd` is warm-up, stable, decay. */
export type ScheduleKind = 'cosine' | 'linear' | 'constant' | 'wsd';

/** How the learning rate goes over the steps of a run. */
export interface ScheduleOptions {
	/** Its shape after the warm-up. @default 'cosine' */
	readonly kind?: ScheduleKind;
	/** Steps of linear warm-up. @default a tenth of all steps, at most the 2000 of the Sophia paper */
	readonly warmup?: number;
	/** The last learning rate as a part of the peak, in [0, 1]; not used by `constant`. @default 0.05, the paper's */
	readonly finalRatio?: number;
	/** Steps of the final, linear decay of `wsd`. @default a fifth of all steps */
	readonly decaySteps?: number;
	/**
	How the warm-up counts, from step 0. The official Sophia code divides step by warm-up, so that its first step has
	learning rate 0 and changes nothing.

	@default '(step+1)/(warmup+1)'
	*/
	readonly warmupForm?: WarmupForm;
}

/** The factor of a step of the warm-up, with steps counted from 0. */
export type WarmupForm = '(step+1)/(warmup+1)' | 'step/warmup';

/** A schedule with every number decided. */
export type Schedule = Required<ScheduleOptions>;

/** The kinds that exist. */
export const scheduleKinds = ['cosine', 'linear', 'constant', 'wsd'] as const;

/** Warm-up of the Sophia paper's runs, in steps. */
const longestWarmup = 2000;

/**
The schedule of a run of `steps` steps.

@example
```
const {warmup} = makeSchedule({kind: 'cosine', warmup: 100}, 1000);
```
@throws TypeError, RangeError `ERR_SOPHIA_INVALID_ARGUMENT` for an option out of bounds or unknown.
*/
export function makeSchedule(given: ScheduleOptions, steps: number): Schedule {
	count('steps', steps);
	const options = withDefaults<Schedule>(object('schedule', given), {
		kind: 'cosine',
		warmup: Math.min(longestWarmup, Math.floor(steps / 10)),
		finalRatio: 0.05,
		decaySteps: Math.ceil(steps / 5),
		warmupForm: '(step+1)/(warmup+1)',
	});
	const kind = oneOf('schedule.kind', options.kind, scheduleKinds);
	return {
		kind,
		warmup: integer('schedule.warmup', options.warmup, 0, steps),
		finalRatio: ratio('schedule.finalRatio', options.finalRatio),
		decaySteps: integer('schedule.decaySteps', options.decaySteps, 0, kind === 'wsd' ? steps : maximumCount),
		warmupForm: oneOf('schedule.warmupForm', options.warmupForm, ['(step+1)/(warmup+1)', 'step/warmup']),
	};
}

/**
The learning rate of one step.

@param step counted from 0, that is, the number of steps already taken
@param steps of the whole run
@param peak the optimizer's `learningRate`; 1 gives the factor that multiplies it
@example
```
const factor = learningRate({kind: 'cosine', warmup: 100}, 50, 1000);
state.step(gradients, {factor});
```
@throws TypeError, RangeError `ERR_SOPHIA_INVALID_ARGUMENT` for a schedule that `makeSchedule` refuses, or another number
out of bounds.
*/
export function learningRate(schedule: ScheduleOptions, step: number, steps: number, peak = 1): number {
	const {kind, warmup, finalRatio, decaySteps, warmupForm} = makeSchedule(schedule, steps);
	nonNegative('step', step);
	nonNegative('peak', peak);
	if (step < warmup) {
		return peak * (warmupForm === 'step/warmup' ? step / warmup : (step + 1) / (warmup + 1));
	}
	const begin = kind === 'wsd' ? steps - decaySteps : warmup;
	const progress = steps > begin ? Math.min(1, Math.max(0, (step - begin) / (steps - begin))) : 1;
	const height = kind === 'cosine' ? 0.5 * (1 + Math.cos(Math.PI * progress)) : 1 - progress;
	return kind === 'constant' ? peak : peak * (finalRatio + height * (1 - finalRatio));
}
