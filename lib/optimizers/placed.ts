/** Tensors as native code was last told of them. */
import {types} from 'node:util';
import type {Device} from '../device';
import {argumentError, wrap} from '../errors';
import type {NativeMemory} from '../nativetensors';
import {Tensor} from '../tensor';
import {checkNumbers, expectNamed, isNumbers, sizeOf, type NamedNumbers, type Numbers} from './groups';

/** The tensors that lists are made for. */
export interface Wanted {
	readonly device: Device;
	readonly names: readonly string[];
	readonly sizes: readonly number[];
}

/**
A list of tensors of one optimizer: its parameters, or their gradients. Native code is told where they lie only when that
is not where they lay the last time, so that a trainer that reuses its tensors pays for a comparison.
*/
export class Placed {
	#last: readonly Numbers[] = [];
	/** Room on a GPU for numbers that come in arrays of JavaScript. */
	readonly #rooms = new Map<number, Tensor>();

	/** @param tell gives the list to native code */
	constructor(
		private readonly noun: string,
		private readonly wanted: Wanted,
		private readonly tell: (list: readonly (NativeMemory | Float32Array)[], extents: Float64Array) => void,
	) {}

	/**
	Places these tensors, given by name or in order, or the last ones once more.

	@param apart whether another thread will work on them, so that nobody may take their memory away
	@throws TypeError, RangeError `ERR_SOPHIA_INVALID_ARGUMENT`; SophiaError `ERR_SOPHIA_DISPOSED`
	*/
	place(given: NamedNumbers = this.#last, apart = false): void {
		const list = isList(given) ? given : this.#inOrder(given);
		if (!this.#stand(list)) {
			this.#check(list);
			const extents = new Float64Array(2 * list.length);
			const memory = list.map((numbers, i) => this.#native(numbers, i, extents));
			wrap(() => this.tell(memory, extents));
			this.#last = [...list];
		}
		if (apart) {
			list.forEach((numbers, i) => this.#expectSafe(numbers, i));
		}
		for (const [i, room] of this.#rooms) {
			room.copyFrom(list[i] as Float32Array);
		}
	}

	/** Returns the room on the GPU. */
	dispose(): void {
		this.#last = [];
		this.#forgetRooms();
	}

	/** Whether these are the last ones, where they were. @throws SophiaError `ERR_SOPHIA_DISPOSED` when one is gone */
	#stand(list: readonly Numbers[]): boolean {
		const {sizes} = this.wanted;
		if (list.length !== this.#last.length || list.length !== sizes.length) {
			return false;
		}
		for (let i = 0; i < list.length; i++) {
			const numbers = list[i];
			if (numbers === undefined || numbers !== this.#last[i] || sizeOf(numbers) !== sizes[i]) {
				return false;
			}
			if (numbers instanceof Tensor) {
				numbers.native();
			}
		}
		return true;
	}

	#inOrder(given: Readonly<Record<string, Numbers>>): Numbers[] {
		expectNamed(this.noun, given);
		const {names} = this.wanted;
		const unknown = Object.keys(given).find((name) => !names.includes(name));
		if (unknown !== undefined) {
			throw argumentError('type', `Expected ${this.noun} of the tensors that were attached, got \`${unknown}\``);
		}
		return names.map((name) => checkNumbers(`${this.noun}.${name}`, given[name]));
	}

	#check(list: readonly Numbers[]): void {
		const {names, sizes} = this.wanted;
		if (list.length !== names.length) {
			throw argumentError('range', `Expected ${names.length} ${this.noun}, got ${list.length}`);
		}
		list.forEach((given, i) => {
			const numbers = isNumbers(given) ? given : checkNumbers(this.#name(i), given);
			if (sizeOf(numbers) !== sizes[i]) {
				const expected = `Expected \`${this.#name(i)}\` to have ${sizes[i] ?? 0} numbers`;
				throw argumentError('range', `${expected}, got ${sizeOf(numbers)}`);
			}
		});
		this.#forgetRooms();
	}

	/** The name that errors call a tensor. */
	#name(i: number): string {
		return `${this.noun}.${this.wanted.names[i] ?? i}`;
	}

	#native(numbers: Numbers, i: number, extents: Float64Array): NativeMemory | Float32Array {
		if (numbers instanceof Tensor) {
			const {memory, offset, count} = numbers.native();
			extents[2 * i] = offset;
			extents[2 * i + 1] = count;
			return memory;
		}
		if (this.wanted.device.isCpu) {
			return numbers;
		}
		const room = this.wanted.device.zeros([numbers.length]);
		this.#rooms.set(i, room);
		return this.#native(room, i, extents);
	}

	#expectSafe(numbers: Numbers, i: number): void {
		const shared = numbers instanceof Tensor ? numbers.safe : types.isSharedArrayBuffer(numbers.buffer);
		if (!shared && this.wanted.device.isCpu) {
			const expected = `Expected \`${this.#name(i)}\` in memory of the device (\`device.from\`) or in a SharedArrayBuffer`;
			throw argumentError('range', `${expected}: another thread works on it, and nobody may take it away`);
		}
	}

	#forgetRooms(): void {
		this.#rooms.forEach((room) => room.dispose());
		this.#rooms.clear();
	}
}

/** Whether they are given in order. */
export function isList(given: NamedNumbers): given is readonly Numbers[] {
	return Array.isArray(given);
}
