/** How a run trains: its length, its batches, its schedule, and what it does every so many steps. */
import {count, integer, nonNegative, object, withDefaults} from './check';
import {defaultSeed} from './config';
import {makeSchedule, type Schedule, type ScheduleOptions} from './schedule';

/** How long a run is, what a step is made of, and what happens every so many steps. */
export interface TrainingOptions {
	/** Updates of the weights. @default 1000 */
	readonly steps?: number;
	/** Sequences in a forward pass. @default 8 */
	readonly batch?: number;
	/** Tokens in a sequence, at most the model's context. @default the model's context */
	readonly length?: number;
	/** Forward passes whose gradients are averaged into one step. @default 1 */
	readonly accumulation?: number;
	/** Global norm that the gradient is clipped to, at least 0; 0 does not clip. @default 1 */
	readonly clip?: number;
	/** The course of the learning rate. @default {kind: 'cosine'} */
	readonly schedule?: ScheduleOptions;
	/** Seed of the data order, the dropout masks and the sampled labels. @default 1337 */
	readonly seed?: number;
	/** When the loss is measured, and on how much. @default {every: 100, batches: 20} */
	readonly evaluation?: Partial<EvaluationPlan>;
	/** When the run is written to its directory. @default {every: 100, keepEvery: 0} */
	readonly checkpoint?: Partial<CheckpointPlan>;
	/**
	Steps in a row without a finite gradient after which the run stops with `ERR_SOPHIA_DIVERGED`; 0 never stops it.

	@default 10
	*/
	readonly divergedAfter?: number;
}

/** When the loss is measured on the training and the validation shard. */
export interface EvaluationPlan {
	/** Steps between two evaluations; 0 for none. */
	readonly every: number;
	/** Batches averaged for each of the two losses, the same at every evaluation; 0 for the whole shard. */
	readonly batches: number;
}

/** When the run is written to its directory. A run that ends, or is stopped, always writes `last.safetensors`. */
export interface CheckpointPlan {
	/** Steps between two writes of `last.safetensors`; 0 for the end only. */
	readonly every: number;
	/** Steps between two checkpoints that are kept under their number; 0 for none. */
	readonly keepEvery: number;
}

/** A plan with every number decided. */
export type Training = Required<Omit<TrainingOptions, 'schedule' | 'evaluation' | 'checkpoint'>> & {
	/** How the learning rate moves. */
	readonly schedule: Schedule;
	/** When the loss is measured. */
	readonly evaluation: EvaluationPlan;
	/** When the run is written. */
	readonly checkpoint: CheckpointPlan;
};

/** What is decided without knowing the run; the rest follows from the model and the number of steps. */
export const trainingDefaults = {
	steps: 1000,
	batch: 8,
	length: undefined as number | undefined,
	accumulation: 1,
	clip: 1,
	schedule: {} as ScheduleOptions,
	seed: defaultSeed,
	evaluation: {every: 100, batches: 20} as Partial<EvaluationPlan>,
	checkpoint: {every: 100, keepEvery: 0} as Partial<CheckpointPlan>,
	divergedAfter: 10,
};

/**
The plan that the options describe, for a model of that context.

@throws TypeError, RangeError `ERR_SOPHIA_INVALID_ARGUMENT` for an option out of bounds or unknown.
*/
export function makeTraining(given: TrainingOptions, context: number): Training {
	const options = withDefaults(object('training', given), trainingDefaults);
	const evaluation = withDefaults(object('evaluation', options.evaluation), trainingDefaults.evaluation);
	const checkpoint = withDefaults(object('checkpoint', options.checkpoint), trainingDefaults.checkpoint);
	const steps = count('steps', options.steps);
	return {
		steps,
		batch: count('batch', options.batch),
		length: integer('length', options.length ?? context, 1, context),
		accumulation: count('accumulation', options.accumulation),
		clip: nonNegative('clip', options.clip),
		schedule: makeSchedule(options.schedule, steps),
		seed: integer('seed', options.seed),
		evaluation: {
			every: count('evaluation.every', evaluation.every, 0),
			batches: count('evaluation.batches', evaluation.batches, 0),
		},
		checkpoint: {
			every: count('checkpoint.every', checkpoint.every, 0),
			keepEvery: count('checkpoint.keepEvery', checkpoint.keepEvery, 0),
		},
		divergedAfter: count('divergedAfter', options.divergedAfter, 0),
	};
}
