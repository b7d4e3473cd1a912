/** The state of an optimizer as the weights that tfjs saves with a model. */
import {argumentError} from '../errors';
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

/**
What such tensors hold.

@param slots the names of the optimizer's slots
@throws RangeError `ERR_SOPHIA_INVALID_ARGUMENT` where they are those of another optimizer
*/
export async function fromTensors(given: readonly TfNamedTensor[], slots: readonly string[]): Promise<Memory[]> {
	const [head, ...rest] = given;
	if (head?.name !== countersName) {
		const came = head === undefined ? 'none' : `\`${head.name}\``;
		throw argumentError('range', `Expected weights that \`getWeights\` gave, \`${countersName}\` first, got ${came}`);
	}
	const counters = numbersOf(await head.tensor.data());
	const numbers = await Promise.all(rest.map(async ({tensor}) => Float32Array.from(await tensor.data())));
	const count = counters.length / 3;
	if (rest.length !== count * slots.length) {
		const expected = `${count * slots.length} weights: ${slots.join(', ')} of ${count} variables`;
		throw argumentError('range', `Expected ${expected}, got ${rest.length}`);
	}
	return Array.from({length: count}, (_, i) => {
		const [steps = NaN, tokens = NaN, scale = NaN] = counters.subarray(3 * i, 3 * i + 3);
		const own = slots.map((slot, j) => {
			const at = i * slots.length + j;
			return [slot, checkSlot(rest[at]?.name ?? '', slot, numbers[at])] as const;
		});
		const name = rest[i * slots.length]?.name ?? '';
		return {
			name: name.slice(0, name.lastIndexOf('/')),
			counters: {steps, tokens, scale},
			slots: Object.fromEntries(own),
		};
	});
}

function checkSlot(name: string, slot: string, numbers: Float32Array | undefined): Float32Array {
	if (!name.endsWith(`/${slot}`) || numbers === undefined) {
		throw argumentError('range', `Expected the \`${slot}\` of a variable, got \`${name}\``);
	}
	return numbers;
}
