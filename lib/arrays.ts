/**
Typed arrays as they are. An object can say anything of itself, by a property of its own or by a subclass, and native code
works on its memory: these ask the array and not the object.
*/
import {types} from 'node:util';
import {got} from './check';
import {argumentError} from './errors';
import type {TypedArray} from './tensor';

const prototype = Object.getPrototypeOf(Float32Array.prototype) as object;

function reader<Name extends 'length' | 'byteLength' | 'buffer'>(name: Name): (array: TypedArray) => TypedArray[Name] {
	const {get} = Object.getOwnPropertyDescriptor(prototype, name) as {get: (this: TypedArray) => TypedArray[Name]};
	return (array) => get.call(array);
}

/** How many numbers it has: none once it was transferred away. */
export const lengthOf = reader('length');

/** How many bytes it has. */
export const byteLengthOf = reader('byteLength');

const bufferOf = reader('buffer');

/** Whether its memory is shared between threads: nobody can take it away. */
export function isShared(array: TypedArray): boolean {
	return types.isSharedArrayBuffer(bufferOf(array));
}

/**
Whatever is no number would become NaN or 0: a string, another array, nothing.

@throws TypeError `ERR_SOPHIA_INVALID_ARGUMENT`
*/
export function checkElements(values: ArrayLike<unknown>): void {
	if (ArrayBuffer.isView(values) && !types.isBigInt64Array(values) && !types.isBigUint64Array(values)) {
		return;
	}
	for (let i = 0; i < values.length; i++) {
		if (typeof values[i] !== 'number') {
			throw argumentError('type', `Expected numbers, ${got(values[i])} at ${i}`);
		}
	}
}

/** @throws RangeError `ERR_SOPHIA_INVALID_ARGUMENT` unless the shape has so many elements */
export function checkSize(shape: readonly number[], length: number): void {
	const size = shape.reduce((product, each) => product * each, 1);
	if (size !== length) {
		throw argumentError('range', `Expected ${size} elements for the shape [${shape.join(', ')}], got ${length}`);
	}
}
