/** How tokens are drawn from a model. */
import {count, integer, list, nonNegative, object, withDefaults} from './check';
import {defaultSeed, type Gpt2Config} from './config';
import {argumentError} from './errors';

/** How many tokens are drawn, and how boldly. */
export interface GenerateOptions {
	/** Tokens to draw. @default 256 */
	readonly count?: number;
	/** Divides the logits: below 1 for likelier text; 0 always takes the likeliest token. @default 0.8 */
	readonly temperature?: number;
	/** Draw among the k likeliest tokens only; 0 for all of them. @default 0 */
	readonly topK?: number;
	/** The same seed, the same tokens. @default 1337 */
	readonly seed?: number;
}

export const generationDefaults: Required<GenerateOptions> = {count: 256, temperature: 0.8, topK: 0, seed: defaultSeed};

/** The options with every number decided. @throws TypeError, RangeError `ERR_SOPHIA_INVALID_ARGUMENT` */
export function generationOptions(given: GenerateOptions, {vocabulary}: Gpt2Config): Required<GenerateOptions> {
	const options = withDefaults(object('options', given), generationDefaults);
	return {
		count: count('count', options.count),
		temperature: nonNegative('temperature', options.temperature),
		topK: integer('topK', options.topK, 0, vocabulary),
		seed: integer('seed', options.seed),
	};
}

/** A prompt as native code reads it. @throws TypeError, RangeError `ERR_SOPHIA_INVALID_ARGUMENT` for no such token */
export function promptTokens(prompt: ArrayLike<number>, {vocabulary}: Gpt2Config): Int32Array {
	if (list('prompt', prompt).length === 0) {
		throw argumentError('range', 'Expected `prompt` to have at least one token, got none');
	}
	return Int32Array.from(prompt, (token, i) => integer(`prompt[${i}]`, token, 0, vocabulary - 1));
}
