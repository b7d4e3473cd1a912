/** The shape of a GPT-2, and where it is put. */
import {boolean, count, inRange, integer, object, oneOf, text, withDefaults} from './check';
import {argumentError} from './errors';
import {resolveDevice, type DeviceName} from './devices';
import type {NativeGpt2Config} from './native';
import {gpt2} from './tokenizer';

/** Radford et al. 2019, with the choices that its descendants made. Defaults are those of the smallest GPT-2. */
export interface Gpt2Options {
	/** Blocks. @default 12 */
	readonly layers?: number;
	/** Attention heads; they divide the width. @default 12 */
	readonly heads?: number;
	/** Channels of the residual stream. @default 768 */
	readonly width?: number;
	/** The most tokens that the model looks back on. @default 1024 */
	readonly context?: number;
	/** The number of different tokens. @default 50257 */
	readonly vocabulary?: number;
	/** Biases in LayerNorm and in linear layers. @default true */
	readonly bias?: boolean;
	/**
	Attention scores divided by the layer's number, counted from 1, as the official Sophia configurations do: AdamW and
	Lion bear twice the learning rate with it at 355M (Liu et al. 2023).

	@default false
	*/
	readonly scaleByLayer?: boolean;
	/** The approximation by tanh, GPT-2's own, or the exact form by erf. @default 'tanh' */
	readonly gelu?: 'tanh' | 'erf';
	/** Probability of dropping an activation while training, in [0, 1). @default 0, right for pretraining */
	readonly dropout?: number;
}

/** A shape with every number decided. */
export type Gpt2Config = Required<Gpt2Options>;

/** Seed of whatever is drawn, unless another is given; nanoGPT's. */
export const defaultSeed = 1337;

export const gpt2Defaults: Gpt2Config = {
	layers: 12,
	heads: 12,
	width: 768,
	context: 1024,
	vocabulary: gpt2.vocabulary,
	bias: true,
	scaleByLayer: false,
	gelu: 'tanh',
	dropout: 0,
};

/**
The shape that the options describe.

@throws TypeError, RangeError `ERR_SOPHIA_INVALID_ARGUMENT` for an option out of bounds or unknown, and when the heads
do not divide the width.
*/
export function makeConfig(given: Gpt2Options): Gpt2Config {
	const options = withDefaults(object('model', given), gpt2Defaults);
	const config: Gpt2Config = {
		layers: count('layers', options.layers),
		heads: count('heads', options.heads),
		width: count('width', options.width),
		context: count('context', options.context),
		vocabulary: count('vocabulary', options.vocabulary),
		bias: boolean('bias', options.bias),
		scaleByLayer: boolean('scaleByLayer', options.scaleByLayer),
		gelu: oneOf('gelu', options.gelu, ['tanh', 'erf']),
		dropout: inRange('dropout', options.dropout, 0, 1),
	};
	if (config.width % config.heads !== 0) {
		const {width, heads} = config;
		throw argumentError('range', `Expected \`heads\` to divide \`width\`, got ${heads} heads and width ${width}`);
	}
	return Object.freeze(config);
}

/**
The number of parameters of a model of that shape; the head is the token embedding and is counted once.

@example
```
parameterCount({layers: 12, heads: 12, width: 768, context: 1024, vocabulary: 50257}); // 124439808
```
@throws TypeError, RangeError `ERR_SOPHIA_INVALID_ARGUMENT` for a shape that cannot be.
*/
export function parameterCount(shape: Gpt2Options): number {
	const {layers, width, context, vocabulary, bias} = makeConfig(shape);
	const matrices = 12 * width * width;
	const biases = bias ? 9 * width : 0;
	const norm = (bias ? 2 : 1) * width;
	return (vocabulary + context) * width + layers * (matrices + biases + 2 * norm) + norm;
}

/** Where a model is put. */
export interface Placement {
	/** `auto` takes `SOPHIA_DEVICE` if it is set, else CUDA where it is available, else the CPU. @default 'auto' */
	readonly device?: DeviceName;
	/** Threads of the CPU; 0 for all that the process may use. The results do not depend on it. @default 0 */
	readonly threads?: number;
	/** Instruction set of the CPU, one of `cpu().isas`; empty for the best. @default '', or `SOPHIA_ISA` */
	readonly isa?: string;
	/**
	What the backward pass makes once more instead of keeping it; the bits stay the same. `cheap`: the outputs of
	LayerNorm and GELU, three eighths of what the blocks keep, for a few percent of the time. `all`, or true: everything
	but the inputs of the blocks, for a third more work. Chen et al. 2016, https://arxiv.org/abs/1604.06174

	@default 'none', or false
	*/
	readonly recompute?: Recompute | boolean;
	/**
	What activations, their gradients, and the parameters that the layers read are stored as. `bfloat16` halves what
	activations take. It multiplies on tensor cores of CUDA, and on the CPU by its own instruction where `cpu().isa` is
	`avx512bf16`; other processors multiply what they read as floats, which saves memory and no time. The weights that are
	trained, their gradients, logits, losses, norms, the optimizer's state and products with the Hessian stay in float32
	(Micikevicius et al. 2018, https://arxiv.org/abs/1710.03740); so do the labels of Sophia-G, drawn from the logits of a
	pass in bfloat16.

	@default 'float32'
	*/
	readonly dtype?: Dtype;
}

/** What a backward pass makes once more. */
export type Recompute = 'none' | 'cheap' | 'all';

/** Every `Recompute`. */
export const recomputes = ['none', 'cheap', 'all'] as const;

/** A type of numbers in memory. */
export type Dtype = 'float32' | 'bfloat16';

/** Every `Dtype`. */
export const dtypes = ['float32', 'bfloat16'] as const;

/** The names of `Placement`. */
export const placementKeys = ['device', 'threads', 'isa', 'recompute', 'dtype'] as const;

/** What the native model is made with. @throws SophiaError `ERR_SOPHIA_DEVICE`, TypeError, RangeError */
export function nativeConfig(config: Gpt2Config, placement: Placement): NativeGpt2Config {
	const {device = 'auto', threads = 0, isa = '', recompute = 'none', dtype = 'float32'} = placement;
	const where = resolveDevice(device);
	return {
		...config,
		...where,
		dtype: oneOf('dtype', dtype, dtypes),
		threads: integer('threads', threads, 0, 4096),
		isa: text('isa', isa),
		recompute: makeRecompute(recompute),
	};
}

/** A boolean is all or nothing. @throws TypeError, RangeError `ERR_SOPHIA_INVALID_ARGUMENT` */
export function makeRecompute(given: Recompute | boolean): Recompute {
	return typeof given === 'boolean' ? (given ? 'all' : 'none') : oneOf('recompute', given, recomputes);
}
