/** LayerNorm: y = (x − mean) / √(variance + 10⁻⁵) · gain + bias, over the last dimension. */
import type {Tensor} from '../tensor';
import {Call, product, type Beside, type Float, type Made} from './call';

/** What both passes read. Floats: `f32`, or all three `bf16`. */
export interface Inputs<D extends Float = 'f32'> {
	/** `[..., C]` */
	readonly x: Tensor<D>;
	/** `[C]` */
	readonly gain: Tensor<D>;
	/** `[C]`; a layer may have none. */
	readonly bias?: Tensor<D>;
}

/** What `forward` writes. */
export interface Outputs<D extends Float = 'f32'> {
	/** `[..., C]` */
	readonly y: Tensor<D>;
	/** Of each row, `[...]`, `f32`; `backward` reads it. */
	readonly mean: Tensor;
	/** 1/√(variance + 10⁻⁵) of each row, `[...]`, `f32`; `backward` reads it. */
	readonly rstd: Tensor;
}

/** What `backward` reads beside the inputs. `y` may be among it. */
export interface Upstream<D extends Float = 'f32'> extends Omit<Outputs<D>, 'y'>, Partial<Pick<Outputs<D>, 'y'>> {
	/** The gradient with respect to y, `[..., C]`. */
	readonly dy: Tensor<D>;
}

/** What `backward` adds to: to zeros, or to what it is given. There is a `dbias`, `[C]`, where there is a bias. */
export interface Gradients<D extends Float = 'f32'> {
	/** `[..., C]` */
	readonly dx: Tensor<D>;
	/** `[C]`, `f32` */
	readonly dgain: Tensor;
}

const inputs = ['x', 'gain', 'bias'] as const;
const outputs = ['y', 'mean', 'rstd'] as const;

function read(call: Call<Float>) {
	const {shape} = call.activation('x', ['...', 'C']);
	const channels = shape.at(-1) ?? 0;
	const rows = shape.slice(0, -1);
	call.activation('gain', [channels]);
	return {shape, channels, rows, bias: call.optional('bias', [channels])};
}

/**
The layer's output. Outputs that are given are written to, the others are made. If a tensor has a tangent, so have the
outputs: their derivatives along it.

Ba, Kiros & Hinton 2016, https://arxiv.org/abs/1607.06450

@throws TypeError, RangeError `ERR_SOPHIA_INVALID_ARGUMENT`; SophiaError `ERR_SOPHIA_DISPOSED`, `ERR_SOPHIA_BUSY`,
`ERR_SOPHIA_OUT_OF_MEMORY`

@example
```
const device = Device.cpu();
const x = device.from([1, 2, 3, 6], [2, 2]);
const gain = device.from([1, 1]);
const {y, mean} = layers.layernorm.forward({x, gain});
y.toArray(); // Float32Array [-0.99998, 0.99998, -0.999998, 0.999998]
mean.toArray(); // Float32Array [1.5, 4.5]
```
*/
export function forward<D extends Float = 'f32'>(given: Inputs<D> & Partial<Outputs<D>>): Outputs<D> & Made {
	const call = new Call<D>('layernorm', 'forward', given, [...inputs, ...outputs]);
	const {shape, channels, rows} = read(call);
	return call.run({rows: product(rows), channels}, {y: shape}, {mean: rows, rstd: rows});
}

/**
The gradients of a loss from its gradient with respect to y. With tangents, those of the gradients are their derivatives:
rows of the Hessian times the direction. @throws as `forward`

@example
```
const device = Device.cpu();
const inputs = {x: device.from([1, 2, 3, 6], [2, 2]), gain: device.from([1, 1])};
const outputs = layers.layernorm.forward(inputs);
const {dgain} = layers.layernorm.backward({...inputs, ...outputs, dy: device.from([1, 0, 0, 1], [2, 2])});
dgain.toArray(); // Float32Array [-0.99998, 0.999998]
```
*/
export function backward<Given extends object, D extends Float = 'f32'>(
	given: Given & Inputs<D> & Upstream<D> & Partial<Gradients<D> & {readonly dbias: Tensor}>,
): Gradients<D> & Beside<Given, 'bias', 'dbias'> & Made {
	const call = new Call<D>('layernorm', 'backward', given, [...inputs, ...outputs, 'dy', 'dx', 'dgain', 'dbias']);
	const {shape, channels, rows, bias} = read(call);
	call.saved('mean', rows, 'statistic', inputs);
	call.saved('rstd', rows, 'statistic', inputs);
	call.activation('dy', shape);
	return call.run({rows: product(rows), channels}, {dx: shape}, {dgain: [channels], dbias: bias?.shape});
}
