/** The state of an optimizer as the weights that tfjs saves with a model. */
import {argumentError} from '../errors';
import {native} from '../native';
import type {Optimizer} from '../optimizers/optimizer';
import {directionsOf} from '../optimizers/routing';
import type {Memory} from './parts';
import type {TensorFlow, TfNamedTensor} from './tensorflow';

/** Doubles as integers, which every format of tfjs keeps as they are. */
const wordsOf = (numbers: readonly number[]) => new Int32Array(Float64Array.from(numbers).buffer);
const numbersOf = (words: ArrayLike<number>) => new Float64Array(Int32Array.from(words).buffer);

const countersName = 'sophia/counters';

/** The memory of every variable as tensors: the counters of all, then `<variable>/<slot>`. They are the caller's. */
export function toTensors(tf: TensorFlow, memories: readonly Memory[]): TfNamedTensor[] {
	const words = wordsOf(memories.flatMap(({counters: {steps, tokens, scale}}) => [steps, tokens, scale]));
	const slots = memories.flatMap(({name, slots}) =>
		Object.entries(slots).map(([slot, numbers]) => ({
			name: `${name}/${slot}`,
			tensor: tf.tensor(numbers, [numbers.length], 'float32'),
		})),
	);
	return [{name: countersName, tensor: tf.tensor(words, [words.length], 'int32')}, ...slots];
}

/** What an optimizer may keep of a variable. */
export interface Slots {
	readonly names: readonly string[];
	/** Whether each variable has all of them, or the first and as many of the others as its shape asks for. */
	readonly all: boolean;
}

/** What each rule of an optimizer keeps. */
export function slotsOf(optimizer: Optimizer): Slots[] {
	const {optimizers} = native();
	return directionsOf(optimizer).map(({name, matrices}) => {
		const {slots = []} = optimizers.find((each) => each.name === name) ?? {};
		return {names: slots, all: !matrices};
	});
}

/**
What such tensors hold.

@param kinds what the optimizer may keep of a variable
@throws RangeError `ERR_SOPHIA_INVALID_ARGUMENT` where they are those of another optimizer
*/
export async function fromTensors(given: readonly TfNamedTensor[], kinds: readonly Slots[]): Promise<Memory[]> {
	const [head, ...rest] = given;
	if (head?.name !== countersName) {
		const came = head === undefined ? 'none' : `\`${head.name}\``;
		throw argumentError('range', `Expected weights that \`getWeights\` gave, \`${countersName}\` first, got ${came}`);
	}
	const counters = numbersOf(await head.tensor.data());
	const numbers = await Promise.all(rest.map(async ({tensor}) => Float32Array.from(await tensor.data())));
	const variables = byVariable(rest.map(({name}, i) => ({name, numbers: numbers[i] ?? new Float32Array()})));
	if (variables.length !== counters.length / 3) {
		throw argumentError('range', `Expected weights of ${counters.length / 3} variables, got ${variables.length}`);
	}
	return variables.map(({name, slots}, i) => {
		const [steps = NaN, tokens = NaN, scale = NaN] = counters.subarray(3 * i, 3 * i + 3);
		checkSlots(name, Object.keys(slots), kinds);
		return {name, counters: {steps, tokens, scale}, slots};
	});
}

/** Weights that follow each other, of one variable each. */
function byVariable(weights: readonly {readonly name: string; readonly numbers: Float32Array}[]) {
	const variables: {readonly name: string; readonly slots: Record<string, Float32Array>}[] = [];
	for (const {name: whole, numbers} of weights) {
		const at = whole.lastIndexOf('/');
		const [name, slot] = [whole.slice(0, at), whole.slice(at + 1)];
		const last = variables.at(-1);
		if (last?.name === name && !Object.hasOwn(last.slots, slot)) {
			last.slots[slot] = numbers;
		} else {
			variables.push({name, slots: {[slot]: numbers}});
		}
	}
	return variables;
}

function checkSlots(variable: string, slots: readonly string[], kinds: readonly Slots[]): void {
	const fits = ({names, all}: Slots) =>
		slots[0] === names[0] && slots.every((slot) => names.includes(slot)) && (!all || slots.length === names.length);
	if (!kinds.some(fits)) {
		const expected = kinds.map(({names}) => names.join(', ')).join(', or ');
		throw argumentError('range', `Expected ${expected} of variable \`${variable}\`, got ${slots.join(', ')}`);
	}
}
