/** Sequences that a derivative is taken on. */
import {boolean, count, int32Array, integer, knownKeys, object, oneOf, withDefaults} from './check';
import {defaultSeed, type Gpt2Config} from './config';
import {splits} from './evaluation';
import type {NativeExamples} from './native';

/** Sequences of equal length, one after the other. `model.examples` draws them from a dataset. */
export interface Examples {
	/** (sequences, length), each below the vocabulary. */
	readonly tokens: Int32Array;
	/** (sequences, length): the token that follows, or −1 where it does not count. */
	readonly targets: Int32Array;
	/** Tokens in a sequence, at most the model's context. */
	readonly length: number;
}

/** How examples go through the model. */
export interface PassOptions {
	/** Sequences in a pass: what memory is needed for. Results differ by rounding only. @default 8 */
	readonly batch?: number;
	/** Drop activations as in training, with the same mask in values and tangents. @default false */
	readonly dropout?: boolean;
	/** Seed of the masks, of sampled labels and of probes. @default 1337 */
	readonly seed?: number;
	/** Step of the masks, of sampled labels and of probes, below 2³². @default 0 */
	readonly step?: number;
}

export const passDefaults: Required<PassOptions> = {batch: 8, dropout: false, seed: defaultSeed, step: 0};

/** Which examples are drawn from a data set. */
export interface ExamplesOptions {
	/** @default 'train' */
	readonly split?: 'train' | 'validation';
	/** @default 8 */
	readonly sequences?: number;
	/** Tokens in a sequence, at most the model's context. @default the model's context */
	readonly length?: number;
	/** Seed of the places that they are read from. @default 1337 */
	readonly seed?: number;
}

export const examplesDefaults = {
	split: 'train',
	sequences: 8,
	length: undefined as number | undefined,
	seed: defaultSeed,
};

/** The options with every number decided. @throws TypeError, RangeError `ERR_SOPHIA_INVALID_ARGUMENT` */
export function examplesOptions(given: ExamplesOptions, {context}: Gpt2Config): Required<ExamplesOptions> {
	const options = withDefaults(object('options', given), examplesDefaults);
	return {
		split: oneOf('split', options.split, splits),
		sequences: count('sequences', options.sequences),
		length: integer('length', options.length ?? context, 1, context),
		seed: integer('seed', options.seed),
	};
}

/** Examples as native code reads them. @throws TypeError, RangeError `ERR_SOPHIA_INVALID_ARGUMENT` */
export function nativeExamples(examples: Examples, given: PassOptions, {context}: Gpt2Config): NativeExamples {
	knownKeys(object('examples', examples), ['tokens', 'targets', 'length']);
	const {tokens, targets, length} = examples;
	const options = withDefaults(object('options', given), passDefaults);
	return {
		tokens: int32Array('tokens', tokens),
		targets: int32Array('targets', targets),
		length: integer('length', length, 1, context),
		batch: count('batch', options.batch),
		dropout: boolean('dropout', options.dropout),
		seed: integer('seed', options.seed),
		step: integer('step', options.step, 0, 2 ** 32 - 1),
	};
}
