/** Residual: y = x + M∘branch, where M is dropout's mask, or 1. */
import type {Tensor} from '../tensor';
import {Call, type Float, type Made} from './call';
import {dropoutNumbers, type Dropout} from './dropout';

/** What `forward` reads. */
export interface Inputs<D extends Float = 'f32'> {
	/** Of any shape; `f32` or `bf16`. */
	readonly x: Tensor<D>;
	/** Of the shape of x. */
	readonly branch: Tensor<D>;
	/** @default none */
	readonly dropout?: Dropout;
}

/** What `forward` writes. */
export interface Outputs<D extends Float = 'f32'> {
	/** Of the shape of x. */
	readonly y: Tensor<D>;
}

/** What `backward` reads. Inputs and outputs of `forward` may be among it. */
export interface Upstream<D extends Float = 'f32'> extends Partial<Inputs<D> & Outputs<D>> {
	/** The gradient with respect to y, which is the one with respect to x as well. */
	readonly dy: Tensor<D>;
}

/** What `backward` writes. */
export interface Gradients<D extends Float = 'f32'> {
	/** Of the shape of dy; may be dy itself where nothing is dropped. */
	readonly dbranch: Tensor<D>;
}

/**
The layer's output. An output that is given is written to. If a tensor has a tangent, so has the output: its derivative
along it.

He et al. 2015, https://arxiv.org/abs/1512.03385

@throws TypeError, RangeError `ERR_SOPHIA_INVALID_ARGUMENT`; SophiaError `ERR_SOPHIA_DISPOSED`, `ERR_SOPHIA_BUSY`,
`ERR_SOPHIA_OUT_OF_MEMORY`

@example
```
const device = Device.cpu();
const x = device.from([1, 2, 3]);
const branch = device.from([10, 20, 30]);
layers.residual.forward({x, branch}).y.toArray(); // Float32Array [11, 22, 33]
```
*/
export function forward<D extends Float = 'f32'>(given: Inputs<D> & Partial<Outputs<D>>): Outputs<D> & Made {
	const call = new Call<D>('residual', 'forward', given, ['x', 'branch', 'dropout', 'y']);
	const {shape, size} = call.activation('x', ['...']);
	call.activation('branch', shape);
	return call.run({count: size, ...dropoutNumbers(given.dropout)}, {y: shape}, {});
}

/**
The gradient of a loss with respect to the branch, from that with respect to y: M∘dy. @throws as `forward`

@example
```
const dy = Device.cpu().from([1, 2, 3]);
layers.residual.backward({dy}).dbranch.toArray(); // Float32Array [1, 2, 3]
```
*/
export function backward<D extends Float = 'f32'>(given: Upstream<D> & Partial<Gradients<D>>): Gradients<D> & Made {
	const call = new Call<D>('residual', 'backward', given, ['x', 'branch', 'dropout', 'y', 'dy', 'dbranch']);
	const {shape, size} = call.activation('dy', ['...']);
	return call.run({count: size, ...dropoutNumbers(given.dropout)}, {dbranch: shape}, {});
}
