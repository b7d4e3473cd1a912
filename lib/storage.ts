/** The memory of tensors, counted: views share it, and the last one returns it. */
import {types} from 'node:util';
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
		return new Storage(device, array.byteLength, memory, array);
	}

	/** Whether nobody can take it away while another thread works on it. */
	get safe(): boolean {
		return this.array === undefined || types.isSharedArrayBuffer(this.array.buffer);
	}

	/** @throws SophiaError `ERR_SOPHIA_DISPOSED` where the caller's array is no longer what it was */
	memory(): NativeMemory {
		if (this.array !== undefined && this.array.byteLength !== this.byteLength) {
			throw new SophiaError('ERR_SOPHIA_DISPOSED', 'The array under the tensor was transferred away or resized');
		}
		return this.#memory;
	}

	/** The memory as JavaScript's, on the CPU: the same bytes, without a copy. */
	get buffer(): ArrayBufferLike {
		return this.array?.buffer ?? (this.#buffer ??= wrap(() => this.#memory.buffer()));
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
		if (this.#buffer !== undefined && this.#buffer.byteLength > 0) {
			native().detach(this.#memory, this.#buffer);
		}
		this.#memory.dispose();
	}
}
