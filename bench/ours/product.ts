/** The matrix products of a linear layer, each by itself. */
import {Device, layers, type ElementType, type Tensor} from 'sophia-native';
import {median} from '../statistics';
import {repeat, type Case, type Work} from '../protocol';

type Shape = readonly [rows: number, columns: number];

/** The same numbers in every contender: element i of the left or the right operand. */
const element = (i: number, which: 0 | 1) => (((i * (which === 0 ? 17 : 29)) % 1009) - 504) / 1009;

/** A case of one product over tensors of a device. */
export function product(of: Case): Work {
	const device = Device.cpu({threads: Number(of.threads)});
	const dtype = of.dtype === 'bfloat16' ? 'bf16' : 'f32';
	const work = call(device, String(of.product), [Number(of.rows), Number(of.in), Number(of.out)], dtype);
	work.run();
	const overhead = callSeconds(call(device, String(of.product), [1, 1, 1], dtype));
	return {
		facts: {first: numberAt(work.result, 0), last: numberAt(work.result, work.result.size - 1), overhead},
		turn: (seconds) => repeat(work.run, seconds),
		dispose() {
			work.tensors.forEach((tensor) => tensor.dispose());
			device.dispose();
		},
	};
}

/** Seconds of a call from JavaScript that has nothing to compute. Rivals are called from C. */
function callSeconds({run, tensors}: Call): number {
	const seconds = median(Array.from({length: 20}, () => repeat(run, 0).seconds));
	tensors.forEach((tensor) => tensor.dispose());
	return seconds;
}

interface Call {
	readonly tensors: readonly Tensor[];
	readonly result: Tensor;
	readonly run: () => void;
}

type Sizes = readonly [rows: number, input: number, output: number];

function call(device: Device, which: string, [rows, input, output]: Sizes, dtype: ElementType): Call {
	const empty = (shape: Shape, type = dtype) => device.zeros(shape, {dtype: type}) as Tensor; // bf16 is typed as f32 is
	const operand = (shape: Shape, side: 0 | 1) => fill(empty(shape), side);
	const [x, weight, y]: readonly [Shape, Shape, Shape] = [
		[rows, input],
		[input, output],
		[rows, output],
	];
	if (which === 'y') {
		const tensors = {x: operand(x, 0), weight: operand(weight, 1), y: empty(y)};
		return {tensors: Object.values(tensors), result: tensors.y, run: () => layers.linear.forward(tensors)};
	}
	if (which === 'dx') {
		const tensors = {x: empty(x), weight: operand(weight, 1), dy: operand(y, 0), dx: empty(x)};
		const run = () => layers.linear.backward({...tensors, dweight: false});
		return {tensors: Object.values(tensors), result: tensors.dx, run};
	}
	const tensors = {x: operand(x, 0), weight: empty(weight), dy: operand(y, 1), dweight: empty(weight, 'f32')};
	const run = () => layers.linear.backward({...tensors, dx: false});
	return {tensors: Object.values(tensors), result: tensors.dweight, run};
}

function fill(tensor: Tensor, side: 0 | 1): Tensor {
	return tensor.copyFrom(Float32Array.from({length: tensor.size}, (_, i) => element(i, side)));
}

function numberAt(tensor: Tensor, place: number): number {
	using flat = tensor.view([tensor.size]);
	using one = flat.slice(place, place + 1);
	return one.toArray()[0] ?? NaN;
}
