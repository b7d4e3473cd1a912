/** Tensors as native code was last told of them. */
import {isShared} from '../arrays';
import type {Device} from '../device';
import {argumentError, wrap} from '../errors';
import type {NativeMemory} from '../nativetensors';
import {Tensor} from '../tensor';
import {checkNumbers, isNumbers, moved, several, sizeOf, type GradientNumbers, type NamedGradients} from './numbers';

/** The tensors that lists are made for. */
export interface Wanted {
	readonly device: Device;
	readonly names: readonly string[];
	readonly sizes: readonly number[];
}

/** Room on a GPU for numbers that come in arrays of JavaScript, by their place in the list. */
type Rooms = ReadonlyMap<number, Tensor>;

/**
A list of tensors of one optimizer: its parameters, or their gradients. Native code is told where they lie only when that
is not where they lay the last time, so that a trainer that reuses its tensors pays for a comparison.
*/
export class Placed {
	#last: readonly GradientNumbers[] = [];
	#rooms: Rooms = new Map();
	readonly #known: ReadonlySet<string>;

	/**
	@param tell gives the list to native code
	@param dtypes that tensors may have
	*/
	constructor(
		private readonly noun: string,
		private readonly wanted: Wanted,
		private readonly tell: (list: readonly (NativeMemory | Float32Array)[], extents: Float64Array) => void,
		private readonly dtypes: readonly string[] = moved,
	) {
		this.#known = new Set(wanted.names);
	}

	/** The tensors that native code knows of. */
	get last(): readonly GradientNumbers[] {
		return this.#last;
	}

	/**
	The tensors in the order of the names. Here what is given is read, once, and code of the caller's may run; whoever
	places the list afterwards looks at what it is then.

	@throws TypeError `ERR_SOPHIA_INVALID_ARGUMENT`
	*/
	inOrder(given: NamedGradients): readonly GradientNumbers[] {
		const tensors = several(this.noun, given);
		if (isList(tensors)) {
			return [...tensors];
		}
		const unknown = Object.keys(tensors).find((name) => !this.#known.has(name));
		if (unknown !== undefined) {
			throw argumentError('type', `Expected ${this.noun} of the tensors that were attached, got \`${unknown}\``);
		}
		return this.wanted.names.map((name) => {
			const own = Object.hasOwn(tensors, name) ? tensors[name] : undefined;
			return own ?? checkNumbers(`${this.noun}.${name}`, own);
		});
	}

	/**
	Places these tensors, or the last ones once more.

	@param apart whether another thread will work on them, so that nobody may take their memory away
	@throws TypeError, RangeError `ERR_SOPHIA_INVALID_ARGUMENT`; SophiaError `ERR_SOPHIA_DISPOSED`
	*/
	place(list: readonly GradientNumbers[] = this.#last, apart = false): void {
		if (!this.#stand(list)) {
			this.#check(list);
			this.#tell(list);
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
		this.#move(new Map());
	}

	/** Whether these are the last ones, where they were. @throws SophiaError `ERR_SOPHIA_DISPOSED` when one is gone */
	#stand(list: readonly GradientNumbers[]): boolean {
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

	#check(list: readonly GradientNumbers[]): void {
		const {names, sizes} = this.wanted;
		if (list.length !== names.length) {
			throw argumentError('range', `Expected ${names.length} ${this.noun}, got ${list.length}`);
		}
		list.forEach((given, i) => {
			const taken = isNumbers(given, this.dtypes);
			const size = sizeOf(taken ? given : checkNumbers(this.#name(i), given, this.dtypes));
			if (size !== sizes[i]) {
				const gone = size === 0 ? ': it may have been transferred away' : '';
				const expected = `Expected \`${this.#name(i)}\` to have ${sizes[i] ?? 0} numbers`;
				throw argumentError('range', `${expected}, got ${size}${gone}`);
			}
		});
	}

	/** The name that errors call a tensor. */
	#name(i: number): string {
		return `${this.noun}.${this.wanted.names[i] ?? i}`;
	}

	#tell(list: readonly GradientNumbers[]): void {
		const rooms = new Map<number, Tensor>();
		const extents = new Float64Array(3 * list.length);
		try {
			const memory = list.map((numbers, i) => this.#native(numbers, i, extents, rooms));
			wrap(() => this.tell(memory, extents));
		} catch (error) {
			rooms.forEach((room) => room.dispose());
			throw error;
		}
		this.#last = list;
		this.#move(rooms);
	}

	#native(
		numbers: GradientNumbers,
		i: number,
		extents: Float64Array,
		rooms: Map<number, Tensor>,
	): NativeMemory | Float32Array {
		if (numbers instanceof Tensor) {
			const {memory, offset, count} = numbers.native();
			extents.set([offset, count, numbers.dtype === 'bf16' ? 1 : 0], 3 * i);
			return memory;
		}
		if (this.wanted.device.isCpu) {
			return numbers;
		}
		const room = this.wanted.device.zeros([numbers.length]);
		rooms.set(i, room);
		return this.#native(room, i, extents, rooms);
	}

	#expectSafe(numbers: GradientNumbers, i: number): void {
		const safe = numbers instanceof Tensor ? numbers.safe : isShared(numbers);
		if (!safe && this.wanted.device.isCpu) {
			const expected = `Expected \`${this.#name(i)}\` in memory of the device (\`device.from\`) or in a SharedArrayBuffer`;
			throw argumentError('range', `${expected}: another thread works on it, and nobody may take it away`);
		}
	}

	#move(rooms: Rooms): void {
		this.#rooms.forEach((room) => room.dispose());
		this.#rooms = rooms;
	}
}

/** Whether they are given in order. */
function isList(given: NamedGradients): given is readonly GradientNumbers[] {
	return Array.isArray(given);
}
