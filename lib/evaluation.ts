/** How a model's loss is measured on a part of a dataset. */
import {count, integer, object, oneOf, withDefaults} from './check';
import {defaultSeed, type Gpt2Config} from './config';

/** The two parts of a dataset. */
export const splits = ['train', 'validation'] as const;

/** Where and how much of a dataset is looked at. */
export interface EvaluateOptions {
	/** The part of the dataset. @default 'validation' */
	readonly split?: 'train' | 'validation';
	/** Sequences in a batch. @default 8 */
	readonly batch?: number;
	/** Tokens in a sequence, at most the model's context. @default the model's context */
	readonly length?: number;
	/** Batches to average over, at random places; 0 for the whole shard, in order. @default 20 */
	readonly batches?: number;
	/** Seed of the random places. @default 1337 */
	readonly seed?: number;
}

/** What an evaluation finds. */
export interface Evaluation {
	/** Mean cross-entropy, in nats per token. */
	readonly loss: number;
	/** Tokens predicted. */
	readonly tokens: number;
}

export const evaluationDefaults = {
	split: 'validation',
	batch: 8,
	length: undefined as number | undefined,
	batches: 20,
	seed: defaultSeed,
};

/** The options with every number decided. @throws TypeError, RangeError `ERR_SOPHIA_INVALID_ARGUMENT` */
export function evaluationOptions(given: EvaluateOptions, {context}: Gpt2Config): Required<EvaluateOptions> {
	const options = withDefaults(object('options', given), evaluationDefaults);
	return {
		split: oneOf('split', options.split, splits),
		batch: count('batch', options.batch),
		length: integer('length', options.length ?? context, 1, context),
		batches: count('batches', options.batches, 0),
		seed: integer('seed', options.seed),
	};
}
