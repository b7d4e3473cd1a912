/** Linear: y = x W + b. */
import type {Tensor} from '../tensor';
import {Call, product, type Beside, type Float, type Made, type Unless} from './call';

/** What both passes read. Floats: `f32`, or all three `bf16`. */
export interface Inputs<D extends Float = 'f32'> {
	/** `[..., in]` */
	readonly x: Tensor<D>;
	/** `[in, out]`: the other way round than PyTorch's. */
	readonly weight: Tensor<D>;
	/** `[out]`; a layer may have none. */
	readonly bias?: Tensor<D>;
}

/** What `forward` writes. */
export interface Outputs<D extends Float = 'f32'> {
	/** `[..., out]` */
	readonly y: Tensor<D>;
}

/** What `backward` reads beside the inputs. `y` may be among it. */
export interface Upstream<D extends Float = 'f32'> extends Partial<Outputs<D>> {
	/** The gradient with respect to y, `[..., out]`. */
	readonly dy: Tensor<D>;
	/** `[..., in]`, to be written; or `false`: nothing below wants it, which saves a matrix product. */
	readonly dx?: Tensor<D> | false;
	/** `[in, out]`, `f32`, to be added to; or `false`: nothing trains the weight, which saves a matrix product. */
	readonly dweight?: Tensor | false;
}

/** What `backward` adds to: to zeros, or to what it is given. There is a `dbias`, `[out]`, where there is a bias. */
export interface Gradients {
	/** `[in, out]`, `f32` */
	readonly dweight: Tensor;
}

const inputs = ['x', 'weight', 'bias'] as const;

function read(call: Call<Float>) {
	const {shape} = call.activation('x', ['...', 'in']);
	const size = shape.at(-1) ?? 0;
	const out = call.activation('weight', [size, 'out']).shape[1] ?? 0;
	const bias = call.optional('bias', [out]);
	const rows = shape.slice(0, -1);
	return {shape, rows, out, bias, numbers: {rows: product(rows), in: size, out}};
}

/**
The layer's output. An output that is given is written to. If a tensor has a tangent, so has the output: its derivative
along it.

@throws TypeError, RangeError `ERR_SOPHIA_INVALID_ARGUMENT`; SophiaError `ERR_SOPHIA_DISPOSED`, `ERR_SOPHIA_BUSY`,
`ERR_SOPHIA_OUT_OF_MEMORY`

@example
```
const device = Device.cpu();
const x = device.from([1, 2], [1, 2]);
const weight = device.from([1, 2, 3, 4, 5, 6], [2, 3]);
const {y} = layers.linear.forward({x, weight});
y.toArray(); // Float32Array [9, 12, 15]
```
*/
export function forward<D extends Float = 'f32'>(given: Inputs<D> & Partial<Outputs<D>>): Outputs<D> & Made {
	const call = new Call<D>('linear', 'forward', given, [...inputs, 'y']);
	const {rows, out, numbers} = read(call);
	return call.run(numbers, {y: [...rows, out]}, {});
}

/**
The gradients of a loss from its gradient with respect to y: dx = dy Wᵀ, dW += xᵀ dy, db += Σ dy. With tangents, those of
the gradients are their derivatives: rows of the Hessian times the direction. @throws as `forward`

@example
```
const device = Device.cpu();
const inputs = {x: device.from([1, 2], [1, 2]), weight: device.from([1, 2, 3, 4, 5, 6], [2, 3])};
const {dx, dweight} = layers.linear.backward({...inputs, dy: device.from([1, 0, -1], [1, 3])});
dx.toArray(); // Float32Array [-2, -2]
dweight.toArray(); // Float32Array [1, 0, -1, 2, 0, -2]
```
*/
export function backward<Given extends object, D extends Float = 'f32'>(
	given: Given & Inputs<D> & Upstream<D> & {readonly dbias?: Tensor},
): Unless<Given, 'dweight', Tensor> & Beside<Given, 'bias', 'dbias'> & Unless<Given, 'dx', Tensor<D>> & Made {
	const call = new Call<D>('linear', 'backward', given, [...inputs, 'y', 'dy', 'dx', 'dweight', 'dbias']);
	const {shape, rows, out, bias, numbers} = read(call);
	call.activation('dy', [...rows, out]);
	const dx = call.refuses('dx') ? undefined : shape;
	const dweight = call.refuses('dweight') ? undefined : [numbers.in, out];
	return call.run(numbers, {dx}, {dweight, dbias: bias?.shape});
}
