/** The state of an optimizer for the variables of tfjs, whichever of them a step brings gradients of. */
import {argumentError, SophiaError} from '../errors';
import type {Optimizer} from '../optimizers/optimizer';
import type {SavedState} from '../optimizers/saved';
import type {OptimizerState} from '../optimizers/state';
import type {TfVariable} from './tensorflow';
import type {VariableMemory} from './memory';

/** What is remembered of a variable. */
export interface Memory {
	readonly name: string;
	/** The counters of `SavedState`. */
	readonly counters: Pick<SavedState, 'steps' | 'tokens' | 'scale'>;
	/** Its numbers, by the names of the slots. */
	readonly slots: Readonly<Record<string, Float32Array>>;
}

/** Variables that have always been optimized together, so that one native call moves them. */
export interface Part {
	/** In the order in which the state wants gradients. */
	readonly variables: readonly TfVariable[];
	readonly state: OptimizerState;
	/** Groups of the state. */
	readonly groups: number;
}

const isTable = ({name, shape}: TfVariable) => shape.length > 1 && /\/embeddings(_\d+)?$/.test(name);

/** The variables that decay: as a rule those of two dimensions and more, as the matrices of a model. */
function decays({decay}: Optimizer, variable: TfVariable): boolean {
	return decay === 'all' || (variable.shape.length > 1 && (decay !== 'matrices' || !isTable(variable)));
}

/**
An attached optimizer moves all its tensors in every step, while tfjs may bring gradients of some variables in one step and
of others in the next: layers are frozen, and a game of two networks may share an optimizer. So the variables are kept in
parts, which no step has ever divided. When one does, the part becomes two, and nothing else happens to either.
*/
export class Parts {
	readonly #of = new Map<TfVariable, Part>();
	/** In which the variables came first. */
	readonly #order = new Set<TfVariable>();
	/** Of variables that have not come yet, as after `setWeights`. */
	#waiting: Memory[] = [];
	#disposed = false;

	constructor(private readonly memory: VariableMemory) {}

	/** Every part. */
	all(): Set<Part> {
		return new Set(this.#of.values());
	}

	/**
	The parts that are these variables, bound to where they lie.

	@throws TypeError, RangeError `ERR_SOPHIA_INVALID_ARGUMENT`; SophiaError `ERR_SOPHIA_DISPOSED`
	*/
	of(optimizer: Optimizer, variables: readonly TfVariable[]): Set<Part> {
		if (this.#disposed) {
			throw new SophiaError('ERR_SOPHIA_DISPOSED', 'The optimizer was disposed');
		}
		if (!this.#covered(variables)) {
			this.#divide(optimizer, new Set(variables));
		}
		const parts = new Set(variables.map((variable) => this.#of.get(variable)).filter((part) => part !== undefined));
		for (const {state, variables} of parts) {
			state.bind(variables.map((variable) => this.memory.numbers(variable)));
		}
		return parts;
	}

	/** What is remembered of every variable, in the order in which they came. */
	save(): Memory[] {
		const remembered = new Map([...this.all()].flatMap((part) => memories(part)));
		return [...[...this.#order].flatMap((variable) => remembered.get(variable) ?? []), ...this.#waiting];
	}

	/** Forgets everything but these, which the variables of the next steps find. */
	load(memories: readonly Memory[]): void {
		this.#forget();
		this.#waiting = [...memories];
	}

	dispose(): void {
		this.#disposed = true;
		this.#forget();
	}

	#forget(): void {
		this.all().forEach(({state}) => state.dispose());
		this.#of.clear();
		this.#order.clear();
		this.#waiting = [];
	}

	/** Whether these variables are whole parts. */
	#covered(variables: readonly TfVariable[]): boolean {
		const parts = new Set(variables.map((variable) => this.#of.get(variable)));
		return (
			!parts.has(undefined) && [...parts].reduce((n, part) => n + (part?.variables.length ?? 0), 0) === variables.length
		);
	}

	/** Makes whole parts of these variables: new ones, and a side of those that are divided. */
	#divide(optimizer: Optimizer, wanted: ReadonlySet<TfVariable>): void {
		const added = [...wanted].filter((variable) => !this.#of.has(variable));
		const found = this.#recall(added);
		added.forEach((variable) => this.#order.add(variable));
		for (const part of this.all()) {
			const sides = [true, false].map((side) => part.variables.filter((variable) => wanted.has(variable) === side));
			if (sides.every(({length}) => length > 0) || part.variables.some(({isDisposed}) => isDisposed)) {
				const saved = new Map(memories(part));
				part.variables.forEach((variable) => this.#of.delete(variable));
				part.state.dispose();
				sides.forEach((side) =>
					this.#make(
						optimizer,
						side.filter(({isDisposed}) => !isDisposed),
						saved,
					),
				);
			}
		}
		const together = new Map<string, TfVariable[]>();
		for (const variable of added) {
			const key = JSON.stringify(found.get(variable)?.counters ?? null);
			together.set(key, [...(together.get(key) ?? []), variable]);
		}
		together.forEach((variables) => this.#make(optimizer, variables, found));
	}

	#make(optimizer: Optimizer, all: readonly TfVariable[], saved: ReadonlyMap<TfVariable, Memory>): void {
		const groups = groupsOf(optimizer, all, (variable) => this.memory.numbers(variable));
		if (groups.length === 0) {
			return;
		}
		const state = optimizer.attach(groups);
		const named = new Map(all.map((variable) => [variable.name, variable]));
		const variables = state.names.map((name) => named.get(name)).filter((each) => each !== undefined); // names that are numbers come first
		const [first] = variables.map((variable) => saved.get(variable));
		if (first !== undefined) {
			const slots = variables.map((variable) => [variable.name, saved.get(variable)?.slots ?? {}] as const);
			state.load({optimizer: optimizer.toJSON(), ...first.counters, tensors: Object.fromEntries(slots)});
		}
		const part = {variables, state, groups: groups.length};
		variables.forEach((variable) => this.#of.set(variable, part));
	}

	/**
	What waits for these variables: by name if all of them are known, else in the order in which they come. tfjs gives the
	variables of a model other names when there is one of that name already.
	*/
	#recall(variables: readonly TfVariable[]): Map<TfVariable, Memory> {
		const named = variables.map((variable) => this.#waiting.find(({name}) => name === variable.name));
		const taken = named.includes(undefined) ? this.#waiting.slice(0, variables.length) : named;
		if (this.#waiting.length === 0) {
			return new Map();
		}
		const found = new Map(variables.map((variable, i) => [variable, fitting(variable, taken[i])]));
		this.#waiting = this.#waiting.filter((each) => !taken.includes(each));
		return found;
	}
}

/** Tables and other variables, those that decay and those that do not; matrices of tfjs are (in, out). */
function groupsOf(optimizer: Optimizer, all: readonly TfVariable[], numbersOf: (variable: TfVariable) => Float32Array) {
	const kinds = [true, false].flatMap((decay) => [false, true].map((table) => ({decay, table})));
	return kinds.flatMap(({decay, table}) => {
		const variables = all.filter((each) => decays(optimizer, each) === decay && isTable(each) === table);
		const group = {
			params: Object.fromEntries(variables.map((each) => [each.name, numbersOf(each)])),
			shapes: Object.fromEntries(variables.map(({name, shape}) => [name, shape])),
			weightDecay: decay ? optimizer.weightDecay : 0,
			outLast: true,
			...(table ? {role: 'embedding' as const} : {}),
		};
		return variables.length === 0 ? [] : [group];
	});
}

/** @throws RangeError `ERR_SOPHIA_INVALID_ARGUMENT` where the memory is that of another variable */
function fitting({name, size}: TfVariable, memory: Memory | undefined): Memory {
	const [momentum] = Object.values(memory?.slots ?? {}); // what else is kept may be of other sizes
	if (memory === undefined || momentum?.length !== size) {
		const got = momentum?.length;
		const came = memory === undefined ? 'none' : `${got ?? 0} of \`${memory.name}\``;
		throw argumentError('range', `Expected weights of ${size} numbers for variable \`${name}\`, got ${came}`);
	}
	return memory;
}

/** What a part remembers of each of its variables. */
function memories({variables, state}: Part): (readonly [TfVariable, Memory])[] {
	const {steps, tokens, scale, tensors} = state.state();
	return variables.map((variable) => {
		const {name} = variable;
		return [variable, {name, counters: {steps, tokens, scale}, slots: tensors[name] ?? {}}];
	});
}
