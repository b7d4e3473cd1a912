/** Embedding: y = M∘(wte[token] + wpe[position]), where M is dropout's mask, or 1. */
import {argumentError} from '../errors';
import type {Tensor} from '../tensor';
import {Call, product, type Beside, type Float, type Made} from './call';
import {dropoutNumbers, type Dropout} from './dropout';

/** What `forward` reads. */
export interface Inputs<D extends Float = 'f32'> {
	/** `[..., T]`, `i32`; each at least 0 and below V. */
	readonly tokens: Tensor<'i32'>;
	/** `[V, C]`; `f32` or `bf16`. */
	readonly wte: Tensor<D>;
	/** `[at least T, C]`: a row for each position; without it positions make no difference. */
	readonly wpe?: Tensor<D>;
	/** @default none */
	readonly dropout?: Dropout;
}

/** What `forward` writes. */
export interface Outputs<D extends Float = 'f32'> {
	/** `[..., T, C]` */
	readonly y: Tensor<D>;
}

/** What `backward` reads: the inputs, of the tables their shapes alone. `y` may be among it. */
export interface Upstream<D extends Float = 'f32'> extends Inputs<D>, Partial<Outputs<D>> {
	/** The gradient with respect to y, `[..., T, C]`. */
	readonly dy: Tensor<D>;
}

/** What `backward` adds to: to zeros, or to what it is given. There is a `dwpe` of the shape of wpe where there is one. */
export interface Gradients {
	/** `[V, C]`, `f32` */
	readonly dwte: Tensor;
}

const inputs = ['tokens', 'wte', 'wpe', 'dropout'] as const;

function read(call: Call<Float>, given: Inputs<Float>) {
	const {shape} = call.indices('tokens', ['...', 'T']);
	const wte = call.table('wte', ['V', 'C']);
	const [vocabulary = 0, channels = 0] = wte.shape;
	const wpe = given.wpe === undefined ? undefined : call.table('wpe', ['T', channels]);
	const time = shape.at(-1) ?? 0;
	const positions = wpe?.shape[0] ?? 0;
	if (wpe !== undefined && positions < time) {
		throw argumentError('range', `Expected \`wpe\` to have at least ${time} rows, got ${positions}`);
	}
	const batch = product(shape.slice(0, -1));
	const numbers = {batch, time, channels, vocabulary, positions, ...dropoutNumbers(given.dropout)};
	return {y: [...shape, channels], wte: wte.shape, wpe: wpe?.shape, numbers};
}

/**
The rows of the tables that tokens and positions name. An output that is given is written to. If a table has a tangent, so
has the output: its derivative along it.

Vaswani et al. 2017, section 3.4, https://arxiv.org/abs/1706.03762, with the learned positions of GPT-2

@throws TypeError, RangeError `ERR_SOPHIA_INVALID_ARGUMENT`; SophiaError `ERR_SOPHIA_DISPOSED`, `ERR_SOPHIA_BUSY`,
`ERR_SOPHIA_OUT_OF_MEMORY`

@example
```
const device = Device.cpu();
const tokens = device.from(Int32Array.of(2, 0), [1, 2]);
const wte = device.from([1, 2, 3, 4, 5, 6], [3, 2]);
layers.embedding.forward({tokens, wte}).y.toArray(); // Float32Array [5, 6, 1, 2]
```
*/
export function forward<D extends Float = 'f32'>(given: Inputs<D> & Partial<Outputs<D>>): Outputs<D> & Made {
	const call = new Call<D>('embedding', 'forward', given, [...inputs, 'y']);
	const {y, numbers} = read(call, given);
	return call.run(numbers, {y}, {});
}

/**
The gradients of a loss with respect to the tables, from that with respect to y; the same bits every time. @throws as
`forward`

@example
```
const device = Device.cpu();
const tokens = device.from(Int32Array.of(2, 2), [1, 2]);
const wte = device.from([1, 2, 3, 4, 5, 6], [3, 2]);
const dy = device.from([1, 2, 10, 20], [1, 2, 2]);
layers.embedding.backward({tokens, wte, dy}).dwte.toArray(); // Float32Array [0, 0, 0, 0, 11, 22]
```
*/
export function backward<Given extends object, D extends Float = 'f32'>(
	given: Given & Upstream<D> & Partial<Gradients & {readonly dwpe: Tensor}>,
): Gradients & Beside<Given, 'wpe', 'dwpe'> & Made {
	const call = new Call<D>('embedding', 'backward', given, [...inputs, 'y', 'dy', 'dwte', 'dwpe']);
	const {y, wte, wpe, numbers} = read(call, given);
	call.activation('dy', y);
	return call.run(numbers, {}, {dwte: wte, dwpe: wpe});
}
