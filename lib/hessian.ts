/**
The moving average of a Hessian's diagonal that the caller keeps, in tensors or arrays of their own; the one of an attached
optimizer is in its `OptimizerState`. `native/curvature/hessian.h` has the formulas.
*/
import {object} from './check';
import {Device} from './device';
import {argumentError, wrap} from './errors';
import type {NativeHessianTotals, NativeTensor} from './nativetensors';
import {checkNumbers, isOne, sizeOf, type NamedNumbers, type Numbers} from './optimizers/numbers';
import {Tensor} from './tensor';

/** The numbers of one tensor, or of several by name or in an order. */
export type AnyNumbers = Numbers | NamedNumbers;

/** What a refresh made of a diagonal. */
export interface DiagonalOutcome {
	/** The estimate was not finite: nothing was changed. */
	readonly skipped: boolean;
	/** The part of the numbers below 0. */
	readonly negativeRate: number;
	/** Σ|h|. */
	readonly l1: number;
	/** √Σh². */
	readonly l2: number;
}

/** How an estimate goes into the average: h ← β₂ h + (1 − β₂) · scale · ĥ, where ĥ is ĝ² of a gradient (`squared`). */
export interface Averaging {
	readonly beta2: number;
	readonly scale: number;
	readonly squared: boolean;
}

/** One tensor of a refresh; `direction` is the u whose product the estimate then is. */
export interface Part {
	readonly hessian: Numbers;
	readonly estimate: Numbers;
	readonly direction?: Numbers | undefined;
}

/** Tensors by their names; one alone has the name ''. @throws TypeError, RangeError `ERR_SOPHIA_INVALID_ARGUMENT` */
export function namedNumbers(noun: string, given: AnyNumbers): ReadonlyMap<string, Numbers> {
	if (isOne(given)) {
		return new Map([['', checkNumbers(noun, given)]]);
	}
	const named = Object.entries(Array.isArray(given) ? given : object(noun, given));
	return new Map(named.map(([name, numbers]) => [name, checkNumbers(`${noun}.${name}`, numbers)]));
}

/**
The same of tensors with the names and sizes of `like`: by name.

@throws TypeError, RangeError `ERR_SOPHIA_INVALID_ARGUMENT`
*/
export function numbersLike(noun: string, given: AnyNumbers, like: ReadonlyMap<string, Numbers>) {
	const named = namedNumbers(noun, given);
	const find = (name: string): Numbers => {
		const numbers = named.get(name);
		if (numbers === undefined || named.size !== like.size) {
			throw argumentError('range', `Expected \`${noun}\` to be ${listed(like)}, got ${listed(named)}`);
		}
		return numbers;
	};
	for (const [name, wanted] of like) {
		const [expected, came] = [sizeOf(wanted), sizeOf(find(name))];
		if (expected !== came) {
			const full = name === '' ? noun : `${noun}.${name}`;
			throw argumentError('range', `Expected \`${full}\` to have ${expected} numbers, got ${came}`);
		}
	}
	return find;
}

/** Which tensors these are. */
function listed(named: ReadonlyMap<string, Numbers>): string {
	const names = [...named.keys()].map((name) => (name === '' ? 'one without a name' : `\`${name}\``));
	return names.join(', ') || 'none';
}

/** Where the numbers of a tensor are worked on: where they lie, the CPU for an array. */
export function deviceOf(numbers: Numbers): Device {
	return numbers instanceof Tensor ? numbers.device : Device.cpu();
}

/**
Calls native code with numbers where a device can reach them: those of another device, and arrays for a GPU, are copied for
the time of the call.
*/
export function withNumbers<const L extends readonly (Numbers | Tensor<'i32'> | Int32Array | undefined)[], T>(
	device: Device,
	list: L,
	call: (placed: Placed<L>) => T,
): T {
	const passing: {dispose(): void}[] = [];
	const here = (numbers: Numbers | Tensor<'i32'> | Int32Array) => {
		if (numbers instanceof Tensor && numbers.device.name === device.name) {
			return numbers.native();
		}
		const near = device.isCpu && !(numbers instanceof Tensor) ? device.wrap(numbers) : away(device, numbers);
		passing.push(near);
		return near.native();
	};
	try {
		const placed = list.map((numbers) => (numbers === undefined ? undefined : here(numbers)));
		return wrap(() => call(placed as unknown as Placed<L>));
	} finally {
		passing.forEach((tensor) => tensor.dispose());
	}
}
/** A copy on the device. */
function away(device: Device, numbers: Numbers | Tensor<'i32'> | Int32Array): Tensor<'f32' | 'i32'> {
	return numbers instanceof Tensor ? (numbers as Tensor).to(device) : device.from(numbers);
}
type Placed<L> = {readonly [i in keyof L]: NativeTensor | Extract<L[i], undefined>};

/** Takes the estimate of one tensor into its average. */
export function average({hessian, estimate, direction}: Part, averaging: Averaging): NativeHessianTotals {
	const device = deviceOf(hessian);
	return withNumbers(device, [hessian, estimate, direction], ([to, from, along]) =>
		device.native().updateHessian({hessian: to, estimate: from, direction: along, ...averaging}),
	);
}

/** Takes the estimates of all tensors into their averages, or none of them where a number is not finite. */
export function averageAll(parts: readonly Part[], averaging: Averaging): DiagonalOutcome {
	const finite = parts.every((part) => {
		using room = deviceOf(part.hessian).zeros([sizeOf(part.hessian)]);
		return Number.isFinite(average({...part, hessian: room}, {...averaging, beta2: 0}).l1);
	});
	let [size, negative, l1, squares] = [0, 0, 0, 0];
	for (const part of finite ? parts : []) {
		const totals = average(part, averaging);
		size += sizeOf(part.hessian);
		negative += totals.negativeRate * sizeOf(part.hessian);
		l1 += totals.l1;
		squares += totals.l2 ** 2;
	}
	return {skipped: !finite, negativeRate: negative / Math.max(size, 1), l1, l2: Math.sqrt(squares)};
}
