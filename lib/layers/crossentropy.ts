/** Softmax cross-entropy: loss = ln Σᵥ exp(zᵥ) − z_target, in nats, for each row z of logits. */
import type {Tensor} from '../tensor';
import {Call, product, type Made} from './call';

/** What both passes read. */
export interface Inputs {
	/** `[..., V]`, `f32` */
	readonly logits: Tensor;
	/** `[...]`, `i32`; each below V; −1: the row does not count, its loss and its gradient are 0. */
	readonly targets: Tensor<'i32'>;
}

/** What `forward` writes, `f32`. */
export interface Outputs {
	/** Nats of each row, `[...]`. */
	readonly losses: Tensor;
	/** The largest logit of each row, `[...]`; `backward` reads it. */
	readonly peak: Tensor;
	/** ln Σᵥ exp(zᵥ − peak), `[...]`; `backward` reads it. */
	readonly lse: Tensor;
}

/** What `backward` reads beside the inputs. `losses` may be among it. */
export interface Upstream extends Omit<Outputs, 'losses'>, Partial<Pick<Outputs, 'losses'>> {
	/** The gradient with respect to each loss, `[...]`, or one number for all rows: 1/n for the mean of n rows. */
	readonly dlosses: Tensor | number;
}

/** What `backward` writes. */
export interface Gradients {
	/** `[..., V]`, `f32`; may be the logits themselves. */
	readonly dlogits: Tensor;
}

const inputs = ['logits', 'targets'] as const;
const outputs = ['losses', 'peak', 'lse'] as const;

function read(call: Call) {
	const {shape} = call.statistic('logits', ['...', 'V']);
	const rows = shape.slice(0, -1);
	call.indices('targets', rows);
	return {shape, rows, numbers: {rows: product(rows), vocabulary: shape.at(-1) ?? 0}};
}

/**
The loss of each row. Outputs that are given are written to, the others are made. If the logits have a tangent, so have
the losses: their derivatives along it.

@throws TypeError, RangeError `ERR_SOPHIA_INVALID_ARGUMENT`, also for a target that names no column; SophiaError
`ERR_SOPHIA_DISPOSED`, `ERR_SOPHIA_BUSY`, `ERR_SOPHIA_OUT_OF_MEMORY`

@example
```
const device = Device.cpu();
const logits = device.from([0, 0, 0, Math.log(3)], [2, 2]);
const targets = device.from(Int32Array.of(0, 1));
layers.crossentropy.forward({logits, targets}).losses.toArray(); // Float32Array [0.693147, 0.287682]
```
*/
export function forward(given: Inputs & Partial<Outputs>): Outputs & Made {
	const call = new Call('crossentropy', 'forward', given, [...inputs, ...outputs]);
	const {rows, numbers} = read(call);
	return call.run(numbers, {}, {losses: rows, peak: rows, lse: rows});
}

/**
The gradient with respect to the logits: dloss · (softmax(z) − onehot(target)). With tangents, its own is its derivative:
rows of the Hessian times the direction. @throws as `forward`

@example
```
const device = Device.cpu();
const inputs = {logits: device.from([0, 0, 0, Math.log(3)], [2, 2]), targets: device.from(Int32Array.of(0, 1))};
const outputs = layers.crossentropy.forward(inputs);
const {dlogits} = layers.crossentropy.backward({...inputs, ...outputs, dlosses: 1 / 2});
dlogits.toArray(); // Float32Array [-0.25, 0.25, 0.125, -0.125]
```
*/
export function backward(given: Inputs & Upstream & Partial<Gradients>): Gradients & Made {
	const call = new Call('crossentropy', 'backward', given, [...inputs, ...outputs, 'dlosses', 'dlogits']);
	const {shape, rows, numbers} = read(call);
	call.saved('peak', rows, 'statistic', inputs);
	call.saved('lse', rows, 'statistic', inputs);
	call.constant('dlosses', rows);
	return call.run(numbers, {}, {dlogits: shape});
}
