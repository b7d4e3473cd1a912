/** GELU, elementwise: y = x·Φ(x), or the tanh form of it that GPT-2 was trained with. */
import {oneOf} from '../check';
import type {Tensor} from '../tensor';
import {Call, type Float, type Made} from './call';

/** What both passes read. */
export interface Inputs<D extends Float = 'f32'> {
	/** Of any shape; `f32` or `bf16`. */
	readonly x: Tensor<D>;
	/** `tanh`: ½x(1 + tanh(√(2/π)(x + 0.044715x³))); `erf`: the exact one. @default 'tanh' */
	readonly form?: 'tanh' | 'erf';
}

/** What `forward` writes. */
export interface Outputs<D extends Float = 'f32'> {
	/** Of the shape of x; not x itself. */
	readonly y: Tensor<D>;
}

/** What `backward` reads beside the inputs. `y` may be among it. */
export interface Upstream<D extends Float = 'f32'> extends Partial<Outputs<D>> {
	/** The gradient with respect to y. */
	readonly dy: Tensor<D>;
}

/** What `backward` writes. */
export interface Gradients<D extends Float = 'f32'> {
	/** May be dy itself. */
	readonly dx: Tensor<D>;
}

function read(call: Call<Float>, {form = 'tanh'}: Pick<Inputs, 'form'>) {
	const {shape, size} = call.activation('x', ['...']);
	return {shape, numbers: {count: size, erf: Number(oneOf('form', form, ['tanh', 'erf']) === 'erf')}};
}

/**
The layer's output. An output that is given is written to. If x has a tangent, so has the output: its derivative along it.

Hendrycks & Gimpel 2016, https://arxiv.org/abs/1606.08415

@throws TypeError, RangeError `ERR_SOPHIA_INVALID_ARGUMENT`; SophiaError `ERR_SOPHIA_DISPOSED`, `ERR_SOPHIA_BUSY`,
`ERR_SOPHIA_OUT_OF_MEMORY`

@example
```
const x = Device.cpu().from([-1, 0, 1]);
layers.gelu.forward({x, form: 'erf'}).y.toArray(); // Float32Array [-0.158655, 0, 0.841345]
```
*/
export function forward<D extends Float = 'f32'>(given: Inputs<D> & Partial<Outputs<D>>): Outputs<D> & Made {
	const call = new Call<D>('gelu', 'forward', given, ['x', 'form', 'y']);
	const {shape, numbers} = read(call, given);
	return call.run(numbers, {y: shape}, {});
}

/**
The gradient of a loss with respect to x from that with respect to y. With tangents, its own is its derivative: rows of
the Hessian times the direction. @throws as `forward`

@example
```
const device = Device.cpu();
const {dx} = layers.gelu.backward({x: device.from([-1, 0, 1]), form: 'erf', dy: device.from([1, 1, 1])});
dx.toArray(); // Float32Array [-0.083315, 0.5, 1.083315]
```
*/
export function backward<D extends Float = 'f32'>(
	given: Inputs<D> & Upstream<D> & Partial<Gradients<D>>,
): Gradients<D> & Made {
	const call = new Call<D>('gelu', 'backward', given, ['x', 'form', 'y', 'dy', 'dx']);
	const {shape, numbers} = read(call, given);
	call.activation('dy', shape);
	return call.run(numbers, {dx: shape}, {});
}
