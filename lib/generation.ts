/** How tokens are drawn from a model. */
import {boolean, count, fraction, integer, list, nonNegative, object, signal, withDefaults} from './check';
import {defaultSeed, type Gpt2Config} from './config';
import {argumentError, throwIfAborted} from './errors';
import type {NativeGeneration} from './native';

/** How many tokens are drawn, and how boldly. */
export interface GenerateOptions {
	/** Tokens to draw, at most. @default 256 */
	readonly count?: number;
	/** Divides the logits: below 1 for likelier text; 0 always takes the likeliest token. @default 0.8 */
	readonly temperature?: number;
	/** Draw among the k likeliest tokens only; 0 for all of them. @default 0 */
	readonly topK?: number;
	/**
	Draw among the fewest likeliest tokens only whose probabilities sum up to p, in (0, 1]. Holtzman et al. 2020,
	https://arxiv.org/abs/1904.09751.

	@default 1
	*/
	readonly topP?: number;
	/** The same seed, the same tokens. @default 1337 */
	readonly seed?: number;
	/** Below 2³²: another sample of the same seed draws others. @default 0 */
	readonly sample?: number;
	/** Tokens that end the text; they are not part of it. @default [] */
	readonly stop?: ArrayLike<number>;
	/** Use the keys and values that the tokens before have left: much faster, the same tokens. @default true */
	readonly cache?: boolean;
	/** Ends the drawing before the next token. */
	readonly signal?: AbortSignal | undefined;
}

/** The options with every number decided. */
export type Generation = Required<Omit<GenerateOptions, 'stop' | 'signal'>> & {
	readonly stop: readonly number[];
	readonly signal: AbortSignal | undefined;
};

export const generationDefaults = {
	count: 256,
	temperature: 0.8,
	topK: 0,
	topP: 1,
	seed: defaultSeed,
	sample: 0,
	stop: [] as ArrayLike<number>,
	cache: true,
	signal: undefined as AbortSignal | undefined,
};

/** @throws TypeError, RangeError `ERR_SOPHIA_INVALID_ARGUMENT` */
export function generationOptions(given: GenerateOptions, {vocabulary}: Gpt2Config): Generation {
	const options = withDefaults(object('options', given), generationDefaults);
	return {
		count: count('count', options.count),
		temperature: nonNegative('temperature', options.temperature),
		topK: integer('topK', options.topK, 0, vocabulary),
		topP: fraction('topP', options.topP),
		seed: integer('seed', options.seed),
		sample: integer('sample', options.sample, 0, 2 ** 32 - 1),
		stop: tokens('stop', options.stop, vocabulary),
		cache: boolean('cache', options.cache),
		signal: signal('signal', options.signal),
	};
}

/** A prompt as native code reads it. @throws TypeError, RangeError `ERR_SOPHIA_INVALID_ARGUMENT` for no such token */
export function promptTokens(prompt: ArrayLike<number>, {vocabulary}: Gpt2Config): readonly number[] {
	if (list('prompt', prompt).length === 0) {
		throw argumentError('range', 'Expected `prompt` to have at least one token, got none');
	}
	return tokens('prompt', prompt, vocabulary);
}

function tokens(name: string, given: unknown, vocabulary: number): readonly number[] {
	return Array.from(list(name, given), (token, i) => integer(`${name}[${i}]`, token, 0, vocabulary - 1));
}

/** Tokens one after the other, each by `next` from the `context` tokens before it. */
export async function* drawTokens(
	prompt: readonly number[],
	{count: most, stop, signal: ending, ...how}: Generation,
	context: number,
	next: (seen: Int32Array, how: NativeGeneration) => Promise<Int32Array>,
): AsyncGenerator<number, void, void> {
	let seen = prompt;
	for (let drawn = 0; drawn < most; drawn++) {
		throwIfAborted(ending);
		seen = seen.slice(-context);
		const [token = NaN] = await next(Int32Array.from(seen), {...how, count: 1, drawn});
		if (stop.includes(token)) {
			return;
		}
		yield token;
		seen = [...seen, token];
	}
}
