/** Numbers in the memory of a device. */
import {types} from 'node:util';
import {checkElements, lengthOf} from './arrays';
import {asBrain, asFloat} from './bfloat16';
import {got, instance, integer, list, maximumCount, oneOf} from './check';
import type {Device} from './device';
import {argumentError, SophiaError, wrap} from './errors';
import type {NativeDtype, NativeTensor} from './nativetensors';
import {Storage} from './storage';

/** What the elements of a tensor are: floats of 32 bits, bfloat16, and integers. */
export type ElementType = 'f32' | 'bf16' | 'i32' | 'u16';

/** The arrays of JavaScript that tensors exchange numbers with; those of `bf16` are the bits of its numbers. */
export type TypedArray = Float32Array | Int32Array | Uint16Array;

/** The array that holds the elements as they are stored: those of `bf16` are bits. */
export type StoredArray<D extends ElementType> = D extends 'f32'
	? Float32Array
	: D extends 'i32'
		? Int32Array
		: Uint16Array;
/** The array that holds the elements' values: those of `bf16` are floats. */
export type ValueArray<D extends ElementType> = D extends 'bf16' ? Float32Array : StoredArray<D>;

const kinds = {
	f32: {native: 'F32', bytes: 4, Array: Float32Array},
	bf16: {native: 'BF16', bytes: 2, Array: Uint16Array},
	i32: {native: 'I32', bytes: 4, Array: Int32Array},
	u16: {native: 'U16', bytes: 2, Array: Uint16Array},
} as const satisfies Record<ElementType, {native: NativeDtype; bytes: number; Array: unknown}>;

/** The names of those arrays. */
export const arrayTypes = ['Float32Array', 'Int32Array', 'Uint16Array'] as const;

/** The dtype of an array, of this realm or another; nothing for what is no such array. */
export function dtypeOf(value: unknown): Exclude<ElementType, 'bf16'> | undefined {
	if (types.isFloat32Array(value)) {
		return 'f32';
	}
	return types.isInt32Array(value) ? 'i32' : types.isUint16Array(value) ? 'u16' : undefined;
}

/** A copy of a shape. @throws TypeError, RangeError `ERR_SOPHIA_INVALID_ARGUMENT` */
export function checkShape(shape: unknown): readonly number[] {
	return Object.freeze(Array.from(list('shape', shape), (size) => integer('shape', size, 0, maximumCount)));
}

const sizeOf = (shape: readonly number[]) => {
	const size = shape.reduce((product, each) => product * each, 1);
	return integer('the size of the shape', size);
};

/**
Numbers in the memory of a device: a shape, by rows, and a dtype. `device.zeros`, `from` and `wrap` make one. Views (`view`,
`slice`) share its memory, which returns when the last of them is disposed of, also one that was only made on the way to
another: by `dispose()`, or at the end of the block where it is declared with `using`. One that is forgotten is returned by
the garbage collector, but not before the event loop turns: a loop that never awaits fails with
`ERR_SOPHIA_OUT_OF_MEMORY` at the device's limit.

@example
```
using matrix = device.from([1, 2, 3, 4, 5, 6], [3, 2]);
using row = matrix.slice(1, 2).fill(0);
matrix.toArray(); // Float32Array [1, 2, 0, 0, 5, 6]
```
@throws SophiaError `ERR_SOPHIA_DISPOSED` from every method once it was disposed of.
*/
export class Tensor<D extends ElementType = 'f32'> {
	/** Where its memory is. */
	readonly device: Device;
	/** Sizes, from the slowest to the fastest; `[]` is a single number. */
	readonly shape: readonly number[];
	/** What its elements are. */
	readonly dtype: D;
	/** How many elements. */
	readonly size: number;
	/** The bytes of its elements. */
	readonly byteLength: number;
	/** A direction for Hessian-vector products and other derivatives along it, of the same shape. */
	readonly tangent: Tensor<D> | undefined;
	readonly #storage: Storage;
	readonly #offset: number;
	readonly #owned: Tensor<D> | undefined; // the tangent that goes when it goes
	#native: NativeTensor | undefined;
	#disposed = false;

	/** @internal */
	constructor(storage: Storage, shape: readonly number[], dtype: D, offset = 0, tangent?: Tensor<D>, owns = false) {
		this.device = storage.device;
		this.shape = checkShape(shape);
		this.dtype = dtype;
		this.size = sizeOf(this.shape);
		this.byteLength = this.size * kinds[dtype].bytes;
		this.tangent = tangent;
		this.#storage = storage;
		this.#offset = offset;
		this.#owned = owns ? tangent : undefined;
		storage.use();
	}

	/** Memory of the device's own, or at an address. @internal */
	static make<D extends ElementType>(device: Device, given: readonly number[], dtype: D, address?: bigint): Tensor<D> {
		const kind = kinds[oneOf('dtype', dtype, Object.keys(kinds) as ElementType[])];
		const shape = checkShape(given);
		return new Tensor(Storage.take(device, sizeOf(shape) * kind.bytes, address), shape, dtype);
	}

	/** Whether it was disposed of. */
	get disposed(): boolean {
		return this.#disposed;
	}

	/** Where it begins in the memory of its device: for kernels of other libraries. */
	get address(): bigint {
		return this.#memory().address() + BigInt(this.#offset);
	}

	/**
	The numbers themselves, on the CPU: an array over the tensor's memory, without a copy. It has the length 0 once the
	memory was returned.

	@throws RangeError `ERR_SOPHIA_INVALID_ARGUMENT` on another device
	*/
	get data(): StoredArray<D> {
		this.#memory();
		if (!this.device.isCpu) {
			throw argumentError('range', `Expected a tensor on the CPU, got one on \`${this.device.name}\`: use \`toArray\``);
		}
		const offset = this.#offset + (this.#storage.array?.byteOffset ?? 0);
		return new kinds[this.dtype].Array(this.#storage.buffer as ArrayBuffer, offset, this.size) as StoredArray<D>;
	}

	/**
	Takes these numbers, as many as it has: of a tensor of the same dtype on any device, or of an array. Floats are rounded
	to the nearest for `bf16`.

	@throws TypeError, RangeError `ERR_SOPHIA_INVALID_ARGUMENT`
	*/
	copyFrom(source: Tensor<D> | TypedArray | readonly number[]): this {
		if (source instanceof Tensor) {
			this.#expectLike(source, ({size}) => size);
			if (source.device.name === this.device.name) {
				wrap(() => this.device.native().copy(source.native(), this.native()));
				return this;
			}
			return this.#upload(source.#download());
		}
		const values = list('source', source) as ArrayLike<number>;
		if (values.length !== this.size) {
			throw argumentError('range', `Expected ${this.size} numbers, got ${values.length}`);
		}
		return this.#upload(this.#encode(values));
	}

	/** Gives its numbers to a tensor or an array of the same size and dtype. @throws as `copyFrom` */
	copyTo<T extends Tensor<D> | TypedArray>(target: T): T {
		if (target instanceof Tensor) {
			target.copyFrom(this);
		} else {
			this.#copyToArray(target);
		}
		return target;
	}

	/** A copy of its numbers; those of `bf16` as floats. */
	toArray(): ValueArray<D> {
		const raw = this.#download();
		return (this.dtype === 'bf16' ? Float32Array.from(raw, asFloat) : raw) as ValueArray<D>;
	}

	/** Makes every element this number. @throws TypeError `ERR_SOPHIA_INVALID_ARGUMENT` */
	fill(value: number): this {
		wrap(() => this.device.native().fill(this.native(), this.#encode([value])));
		return this;
	}

	/** The same numbers in another shape, sharing the memory. @throws RangeError where the sizes differ */
	view(shape: readonly number[]): Tensor<D> {
		const wanted = checkShape(shape);
		if (sizeOf(wanted) !== this.size) {
			throw argumentError('range', `Expected a shape of ${this.size} elements, got [${wanted.join(', ')}]`);
		}
		this.#memory();
		return new Tensor(this.#storage, wanted, this.dtype, this.#offset, this.tangent?.view(wanted), true);
	}

	/**
	Rows `begin` to `end` of the first dimension, without the last, sharing the memory. Without an end all that follow.

	@throws RangeError where it has no such rows
	*/
	slice(begin: number, end = this.shape[0] ?? 0): Tensor<D> {
		const [rows, ...rest] = this.shape;
		if (rows === undefined) {
			throw argumentError('range', 'Expected a tensor of one dimension or more, got a single number');
		}
		const from = integer('begin', begin, 0, rows);
		const to = integer('end', end, from, rows);
		this.#memory();
		const offset = this.#offset + from * sizeOf(rest) * kinds[this.dtype].bytes;
		return new Tensor(this.#storage, [to - from, ...rest], this.dtype, offset, this.tangent?.slice(from, to), true);
	}

	/** The same numbers on another device: a copy without a tangent, or itself if it is there. @throws TypeError; SophiaError as `zeros` */
	to(device: Device): Tensor<D> {
		instance('device', device, this.device.constructor, 'a Device');
		this.#memory();
		return device.name === this.device.name ? this : Tensor.make(device, this.shape, this.dtype).copyFrom(this);
	}

	/**
	The same numbers with a direction: what layers compute of them then has tangents too, the derivatives along it.

	@throws RangeError where dtype or shape are not the same
	*/
	withTangent(tangent: Tensor<D>): Tensor<D> {
		this.#expectLike(tangent, ({shape}) => String(shape));
		this.#memory();
		return new Tensor(this.#storage, this.shape, this.dtype, this.#offset, tangent);
	}

	/** Gives its part of the memory up, and its tangent, but for one that it was given by `withTangent`. */
	dispose(): void {
		if (!this.#disposed) {
			this.#disposed = true;
			this.#storage.release();
			this.#owned?.dispose();
		}
	}

	/** As `dispose`: `using` calls it at the end of its block. */
	[Symbol.dispose](): void {
		this.dispose();
	}

	/** Whether nobody can take the memory away while another thread works on it. @internal */
	get safe(): boolean {
		return this.#storage.safe;
	}

	/** What native code is given. @internal */
	native(): NativeTensor {
		const memory = this.#memory();
		return (this.#native ??= {memory, offset: this.#offset, count: this.size, dtype: kinds[this.dtype].native});
	}

	#memory() {
		if (this.#disposed) {
			throw new SophiaError('ERR_SOPHIA_DISPOSED', 'The tensor was disposed');
		}
		return this.#storage.memory();
	}

	#expectLike(given: unknown, extent: (tensor: Tensor<ElementType>) => unknown): void {
		const other = instance('tangent', given, Tensor, 'a Tensor') as Tensor<ElementType>;
		if (other.dtype !== this.dtype || extent(other) !== extent(this)) {
			const of = ({dtype, shape}: Tensor<ElementType>) => `${dtype} [${shape.join(', ')}]`;
			throw argumentError('range', `Expected a tensor of ${of(this)}, got ${of(other)}`);
		}
	}

	#copyToArray(array: TypedArray): void {
		const wanted = this.dtype === 'bf16' ? ['f32', 'u16'] : [this.dtype];
		const dtype = dtypeOf(array);
		if (dtype === undefined || !wanted.includes(dtype) || lengthOf(array) !== this.size) {
			throw argumentError('range', `Expected an array for ${this.size} elements of ${this.dtype}, ${got(array)}`);
		}
		if (dtype === 'f32' && this.dtype === 'bf16') {
			array.set(this.toArray());
		} else {
			wrap(() => this.device.native().download(this.native(), array));
		}
	}

	#download(): TypedArray {
		const raw = new kinds[this.dtype].Array(this.size);
		wrap(() => this.device.native().download(this.native(), raw));
		return raw;
	}

	#upload(raw: TypedArray): this {
		wrap(() => this.device.native().upload(this.native(), raw));
		return this;
	}

	/** Numbers as the elements are stored. */
	#encode(values: ArrayLike<number>): TypedArray {
		const {Array: Wanted} = kinds[this.dtype];
		if (this.dtype === 'bf16' && !types.isUint16Array(values)) {
			checkElements(values);
			return Uint16Array.from(Float32Array.from(values), asBrain);
		}
		if (dtypeOf(values) === dtypeOf(new Wanted(0))) {
			return values as TypedArray;
		}
		checkElements(values);
		return Wanted.from(values);
	}
}
