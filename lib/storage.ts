/** The memory of tensors, counted: views share it, and the last one returns it. */
import {byteLengthOf, isShared} from './arrays';
import {SophiaError, wrap} from './errors';
import type {Device} from './device';
import {native} from './native';
import type {NativeMemory} from './nativetensors';
import type {TypedArray} from './tensor';

/** A block of a device's memory, with those who use it. */
export class Storage {
	readonly #memory: NativeMemory;
	#users = 0;
	#buffer: ArrayBuffer | undefined;

	private constructor(
		readonly device: Device,
		readonly byteLength: number,
		memory: NativeMemory,
		/** The caller's array that it is. */
		readonly array?: TypedArray,
	) {
		this.#memory = memory;
	}

	/** So many bytes, zero at first; or those at an address that somebody else owns. */
	static take(device: Device, bytes: number, address?: bigint): Storage {
		return new Storage(
			device,
			bytes,
			wrap(() => new (native().Memory)(device.native(), bytes, address)),
		);
	}

	/** The caller's array. */
	static over(device: Device, array: TypedArray): Storage {
		const memory = wrap(() => new (native().Memory)(device.native(), array));
		return new Storage(device, byteLengthOf(array), memory, array);
	}

	/** Whether nobody can take it away while another thread works on it. */
	get safe(): boolean {
		return this.array === undefined || isShared(this.array);
	}

	/** @throws SophiaError `ERR_SOPHIA_DISPOSED` where the caller's array is no longer what it was */
	memory(): NativeMemory {
		if (this.array !== undefined && byteLengthOf(this.array) !== this.byteLength) {
			throw new SophiaError('ERR_SOPHIA_DISPOSED', 'The array under the tensor was transferred away or resized');
		}
		return this.#memory;
	}

	/**
	The memory as JavaScript's, on the CPU: the same bytes, without a copy.

	@throws SophiaError `ERR_SOPHIA_DISPOSED` where the caller has moved it into a buffer of his own
	*/
	get buffer(): ArrayBufferLike {
		if (this.#moved) {
			throw new SophiaError('ERR_SOPHIA_DISPOSED', 'The buffer of the tensor was transferred away');
		}
		return this.array?.buffer ?? (this.#buffer ??= wrap(() => this.#memory.buffer()));
	}

	/** Whether the caller has transferred our buffer: another one sees the memory then, and keeps it alive. */
	get #moved(): boolean {
		return this.#buffer !== undefined && this.#buffer.byteLength !== this.byteLength;
	}

	use(): void {
		this.#users++;
	}

	/** Of one user. The last one's returns the memory, and what JavaScript saw of it has the length 0. */
	release(): void {
		if (--this.#users > 0) {
			return;
		}
		// One that was transferred away keeps the memory for whoever has it now.
		if (this.#buffer !== undefined && !this.#moved) {
			native().detach(this.#memory, this.#buffer);
		}
		this.#memory.dispose();
	}
}
