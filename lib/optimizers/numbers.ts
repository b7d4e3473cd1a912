/** Numbers that optimizers read and move: tensors, and arrays of the caller's. */
import {types} from 'node:util';
import {lengthOf} from '../arrays';
import {float32Array, got, object} from '../check';
import {argumentError} from '../errors';
import {Tensor} from '../tensor';

/** Numbers that an optimizer reads or moves: a tensor of `f32`, or an array of the caller's, which it uses in place. */
export type Numbers = Tensor | Float32Array;

/** A gradient, or an estimate of a Hessian: such numbers, or a tensor of `bf16`, which is read as the floats that it holds. */
export type GradientNumbers = Tensor<'f32' | 'bf16'> | Float32Array;

/** Tensors by name, or in an order; their names are then `0`, `1` and so on. */
export type NamedNumbers = Readonly<Record<string, Numbers>> | readonly Numbers[];

/** Gradients by the names of their tensors, or in the same order. */
export type NamedGradients = Readonly<Record<string, GradientNumbers>> | readonly GradientNumbers[];

/**
Tensors by name or in an order, and neither one alone nor a Map, whose keys nobody would see.

@throws TypeError `ERR_SOPHIA_INVALID_ARGUMENT`
*/
export function several(noun: string, value: unknown): NamedNumbers {
	expectNamed(noun, value as NamedNumbers);
	const array = Array.isArray(value);
	if (!array && typeof value === 'object' && value !== null && Symbol.iterator in value) {
		throw argumentError('type', `Expected \`${noun}\` to be an object of tensors, or an array of them, ${got(value)}`);
	}
	return (array ? value : object(noun, value)) as NamedNumbers;
}

/** The dtypes of tensors that are moved, and of those that are read alone. */
export const [moved, read] = [['f32'], ['f32', 'bf16']] as const;

/** Whether it is a tensor of one of these dtypes, or an array. */
export function isNumbers(value: unknown, dtypes?: typeof moved): value is Numbers;
export function isNumbers(value: unknown, dtypes: readonly string[]): value is GradientNumbers;
export function isNumbers(value: unknown, dtypes: readonly string[] = moved): boolean {
	return value instanceof Tensor ? dtypes.includes(value.dtype as string) : types.isFloat32Array(value);
}

/** A tensor of one of these dtypes, or an array. @throws TypeError, RangeError `ERR_SOPHIA_INVALID_ARGUMENT` */
export function checkNumbers(name: string, value: unknown, dtypes?: typeof moved): Numbers;
export function checkNumbers(name: string, value: unknown, dtypes: readonly string[]): GradientNumbers;
export function checkNumbers(name: string, value: unknown, dtypes: readonly string[] = moved): GradientNumbers {
	if (!(value instanceof Tensor)) {
		return float32Array(name, value);
	}
	if (!dtypes.includes(value.dtype as string)) {
		throw argumentError('range', `Expected \`${name}\` to hold ${dtypes.join(' or ')}, got ${value.dtype}`);
	}
	return value as GradientNumbers;
}

/** Whether it is one tensor, of whatever dtype, or an array, and not a list of them. */
export function isOne(given: Numbers | NamedNumbers): given is Numbers {
	return given instanceof Tensor || types.isFloat32Array(given);
}

/** @throws TypeError `ERR_SOPHIA_INVALID_ARGUMENT` for a tensor alone, whose numbers or properties would be taken for tensors */
export function expectNamed(noun: string, given: NamedNumbers): void {
	if (isOne(given)) {
		throw argumentError('type', `Expected \`${noun}\` by name or in a list, got one alone: put it in a list`);
	}
}

/** How many numbers. */
export function sizeOf(numbers: GradientNumbers): number {
	return numbers instanceof Tensor ? numbers.size : lengthOf(numbers);
}
