/** Causal self-attention: y_i = Σ_{j≤i} M_ij P_ij v_j, P = softmax(scale · q_i·k_j), in every head. */
import {finite, integer} from '../check';
import {argumentError} from '../errors';
import type {Tensor} from '../tensor';
import {Call, product, type Float, type Made} from './call';
import {dropoutNumbers, type Dropout} from './dropout';

/** What both passes read. */
export interface Inputs<D extends Float = 'f32'> {
	/**
	`[..., T, 3C]`: the columns of the queries, then of the keys, then of the values, in each of them one head after another.
	`f32` or `bf16`; in `bf16` on CUDA a head has 256 channels at most.
	*/
	readonly qkv: Tensor<D>;
	/** C is a multiple of it. */
	readonly heads: number;
	/** What q·k is multiplied by. @default 1/√D, where D = C/heads */
	readonly scale?: number;
	/** Of the probabilities. @default none */
	readonly dropout?: Dropout;
}

/** What `forward` writes; `backward` reads both. */
export interface Outputs<D extends Float = 'f32'> {
	/** `[..., T, C]` */
	readonly y: Tensor<D>;
	/** ln Σ_j exp(scale · q_i·k_j), `[..., heads, T]`, `f32`. */
	readonly lse: Tensor;
}

/** What `backward` reads beside the inputs. */
export interface Upstream<D extends Float = 'f32'> extends Outputs<D> {
	/** The gradient with respect to y, `[..., T, C]`. */
	readonly dy: Tensor<D>;
}

/** What `backward` writes. */
export interface Gradients<D extends Float = 'f32'> {
	/** `[..., T, 3C]` */
	readonly dqkv: Tensor<D>;
}

const inputs = ['qkv', 'heads', 'scale', 'dropout'] as const;

function read(call: Call<Float>, {heads, scale, dropout}: Omit<Inputs, 'qkv'>) {
	const {shape} = call.activation('qkv', ['...', 'T', '3C']);
	const [time = 0, columns = 0] = shape.slice(-2);
	const channels = columns / 3;
	integer('heads', heads, 1);
	if (!Number.isInteger(channels / heads)) {
		throw argumentError('range', `Expected \`qkv\` to have 3 × ${heads} × D columns, got ${columns}`);
	}
	const sequences = shape.slice(0, -2);
	const factor = scale === undefined ? 1 / Math.sqrt(channels / heads) : finite('scale', scale);
	return {
		shape,
		y: [...sequences, time, channels],
		lse: [...sequences, heads, time],
		numbers: {batch: product(sequences), time, channels, heads, scale: factor, ...dropoutNumbers(dropout)},
	};
}

/**
The layer's output. Outputs that are given are written to, the others are made. If qkv has a tangent, so have the outputs:
their derivatives along it.

Vaswani et al. 2017, https://arxiv.org/abs/1706.03762; without a (T, T) matrix in memory as in Dao et al. 2022,
https://arxiv.org/abs/2205.14135

@throws TypeError, RangeError `ERR_SOPHIA_INVALID_ARGUMENT`; SophiaError `ERR_SOPHIA_DISPOSED`, `ERR_SOPHIA_BUSY`,
`ERR_SOPHIA_OUT_OF_MEMORY`

@example
```
const qkv = Device.cpu().from([0, 0, 1, 0, 0, 3], [2, 3]); // two positions; all scores are 0
layers.attention.forward({qkv, heads: 1}).y.toArray(); // Float32Array [1, 2]
```
*/
export function forward<D extends Float = 'f32'>(given: Inputs<D> & Partial<Outputs<D>>): Outputs<D> & Made {
	const call = new Call<D>('attention', 'forward', given, [...inputs, 'y', 'lse']);
	const {y, lse, numbers} = read(call, given);
	return call.run(numbers, {y}, {lse});
}

/**
The gradient of a loss with respect to qkv, from that with respect to y. With tangents, its own is its derivative: rows of
the Hessian times the direction. @throws as `forward`

@example
```
const device = Device.cpu();
const inputs = {qkv: device.from([0, 0, 1, 0, 0, 3], [2, 3]), heads: 1};
const outputs = layers.attention.forward(inputs);
const {dqkv} = layers.attention.backward({...inputs, ...outputs, dy: device.from([0, 1], [2, 1])});
dqkv.toArray(); // Float32Array [0, 0, 0.5, 0, 0, 0.5]
```
*/
export function backward<D extends Float = 'f32'>(
	given: Inputs<D> & Upstream<D> & Partial<Gradients<D>>,
): Gradients<D> & Made {
	const call = new Call<D>('attention', 'backward', given, [...inputs, 'y', 'lse', 'dy', 'dqkv']);
	const {shape, y, lse, numbers} = read(call, given);
	call.saved('y', y, 'activation', inputs);
	call.saved('lse', lse, 'statistic', inputs);
	call.activation('dy', y);
	return call.run(numbers, {dqkv: shape}, {});
}
