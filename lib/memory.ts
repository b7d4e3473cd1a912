/** What memory a training takes, before it is begun and on a machine that need not have it. */
import {count, instance, integer, knownKeys, object, oneOf} from './check';
import {dtypes, makeConfig, makeRecompute, type Dtype, type Gpt2Options, type Recompute} from './config';
import {wrap} from './errors';
import {native, type Memory} from './native';
import {AdamW} from './optimizers/adamw';
import {Optimizer} from './optimizers/optimizer';
import {nativeChoice} from './optimizers/parameters';
import {trainingDefaults} from './training';

/** A training, as far as its memory depends on it. */
export interface MemoryOptions {
	/** The shape of the model. */
	readonly model: Gpt2Options;
	/** What moves the weights. @default new AdamW() */
	readonly optimizer?: Optimizer;
	/** Sequences in a forward pass. @default 8 */
	readonly batch?: number;
	/** Tokens in a sequence. @default the model's context */
	readonly length?: number;
	/** What activations are stored as. @default 'float32' */
	readonly dtype?: Dtype;
	/** What the backward pass makes once more. @default 'none' */
	readonly recompute?: Recompute | boolean;
}

/** Bytes of a training's memory. */
export interface RequiredMemory extends Memory {
	/** All of it. */
	readonly total: number;
	/** The activations by what they are of: `residual stream`, `layernorm`, `qkv`, `attention`, `mlp`, `gelu`, ... */
	readonly parts: Readonly<Record<string, number>>;
	/** The optimizer's state by what it is: `momentum`, `hessian`, ... */
	readonly state: Readonly<Record<string, number>>;
}

/**
The memory of a training, in bytes, by what it is for: what `model.memory()` says after a step, computed and not
allocated. Beside it there are the threads' scratch memory, the batches, the program and Node itself, some tens of
megabytes.

@example
```
const {total, parts} = requiredMemory({model: {layers: 12, heads: 12, width: 768}, batch: 4, length: 64});
```
@throws TypeError, RangeError `ERR_SOPHIA_INVALID_ARGUMENT` for an option out of bounds or unknown.
*/
export function requiredMemory(options: MemoryOptions): RequiredMemory {
	knownKeys(object('options', options), ['model', 'optimizer', 'batch', 'length', 'dtype', 'recompute']);
	const {optimizer = new AdamW(), batch = trainingDefaults.batch, dtype = 'float32', recompute = 'none'} = options;
	const model = makeConfig(options.model);
	const query = {
		batch: count('batch', batch),
		length: integer('length', options.length ?? model.context, 1, model.context),
		...nativeChoice(instance('optimizer', optimizer, Optimizer, 'an Optimizer'), model),
		dtype: oneOf('dtype', dtype, dtypes),
		recompute: makeRecompute(recompute),
		products: productsOf(optimizer, batch),
	};
	const {parts, state, ...memory} = wrap(() => native().requiredMemory(model, query));
	const total = Object.values(memory).reduce((sum, bytes) => sum + bytes, 0);
	return {...memory, total, parts, state};
}

/** Sequences that go through the model with tangents at a time. */
function productsOf(optimizer: Optimizer, batch: number): number {
	const curvature = optimizer.refresh();
	return curvature?.estimator === 'hutchinson'
		? Math.min(batch, Math.max(1, Math.round(curvature.fraction * batch)))
		: 0;
}
