/** What native code keeps of the tensors that an optimizer is attached to, by their names and those of the slots. */
import {wrap} from '../errors';
import type {NativeOptimizerState} from '../nativeoptimizers';

/** So many numbers of a tensor. */
export interface Entry {
	/** The tensor's name. */
	readonly name: string;
	readonly slot: string;
	readonly count: number;
}

/** The state of the tensors of these names. */
export class Kept {
	/** In the order of native code. */
	readonly entries: readonly Entry[];

	constructor(
		private readonly native: Pick<NativeOptimizerState, 'state' | 'read' | 'write'>,
		private readonly names: readonly string[],
	) {
		const kept = wrap(() => native.state());
		this.entries = kept.map(({tensor, slot, count}) => ({name: names[tensor] ?? '', slot, count}));
	}

	/** How many numbers are kept of a tensor. */
	countOf(tensor: number): number {
		const own = this.entries.filter(({name}) => name === this.names[tensor]);
		return own.reduce((sum, {count}) => sum + count, 0);
	}

	/** All of them, by tensors and slots. */
	read(): Record<string, Record<string, Float32Array>> {
		const slots = new Map(this.names.map((name) => [name, [] as [slot: string, Float32Array][]]));
		this.entries.forEach(({name, slot, count}, entry) => {
			const numbers = new Float32Array(count);
			wrap(() => this.native.read(entry, numbers));
			slots.get(name)?.push([slot, numbers]);
		});
		return Object.fromEntries(Array.from(slots, ([name, own]) => [name, Object.fromEntries(own)] as const));
	}

	/** Takes them over, in the order of the entries. */
	write(values: readonly Float32Array[]): void {
		values.forEach((numbers, entry) => wrap(() => this.native.write(entry, numbers)));
	}
}
