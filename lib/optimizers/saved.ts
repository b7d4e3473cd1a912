/** The state of an optimizer as plain data, and as a safetensors file. */
import {types} from 'node:util';
import {lengthOf} from '../arrays';
import {integer, nonNegative, object, path as checkPath, positive} from '../check';
import {argumentError, wrapAsync, wrongFile} from '../errors';
import {writeWhole} from '../files';
import {piecesOf, storedTensors, type StoredTensor} from '../pretrained/tensors';
import {readCheckpoint} from '../checkpoint';
import {safetensorsHeader} from '../safetensors';
import {sizeOf} from '../vector';
import type {OptimizerJson} from './optimizer';

/** Everything that an optimizer remembers, by the names of the tensors, so that a trainer may order them anew. */
export interface SavedState {
	/** Which optimizer it is the state of. Its hyperparameters are told, and need not be those of who goes on. */
	readonly optimizer: OptimizerJson;
	/** Steps that were made. */
	readonly steps: number;
	/** B of the last refresh of the Hessian. */
	readonly tokens: number;
	/** The factor of ρ or γ. */
	readonly scale: number;
	/** Of every tensor, by its name: the numbers of every slot, by its name (`momentum`, `hessian`). */
	readonly tensors: Readonly<Record<string, Readonly<Record<string, Float32Array>>>>;
}

const format = 'sophia-optimizer';

/**
Writes a state to a safetensors file: tensors `<name>/<slot>` of float32, and the rest in its metadata. The file is whole
or not there.

@throws SophiaError `ERR_SOPHIA_IO`
*/
export async function saveState(path: string, {tensors, ...rest}: SavedState): Promise<void> {
	const numbers = Object.entries(tensors).flatMap(([name, slots]) =>
		Object.entries(slots).map(([slot, values]) => ({name: `${name}/${slot}`, shape: [values.length], values})),
	);
	await wrapAsync(() =>
		writeWhole(checkPath('path', path), async (file) => {
			await file.appendFile(safetensorsHeader(numbers, {format, state: JSON.stringify(rest)}));
			for (const {values} of numbers) {
				await file.appendFile(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
			}
		}),
	);
}

/** The state of such a file. @throws SophiaError `ERR_SOPHIA_IO`, `ERR_SOPHIA_FORMAT` when it holds none */
export async function readState(path: string): Promise<SavedState> {
	const {metadata} = readCheckpoint(path);
	if (metadata.format !== format || metadata.state === undefined) {
		throw wrongFile(path, `Expected the state of an optimizer (${format}), got ${metadata.format ?? 'another file'}`);
	}
	const tensors = new Map<string, [slot: string, Float32Array][]>();
	for (const stored of storedTensors(path)) {
		const at = stored.name.lastIndexOf('/');
		const name = stored.name.slice(0, at);
		tensors.set(name, [...(tensors.get(name) ?? []), [stored.name.slice(at + 1), await read(stored)]]);
	}
	const named = Array.from(tensors, ([name, slots]) => [name, Object.fromEntries(slots)] as const);
	return {...parsed(path, metadata.state), tensors: Object.fromEntries(named)}; // which makes `__proto__` a name like others
}

/** What a state must fit: the optimizer, its tensors, and what it keeps of each. */
interface Fitting {
	readonly name: string;
	readonly names: readonly string[];
	readonly sizes: readonly number[];
	readonly slots: readonly string[];
}

/**
The counters of a state, and its numbers in the order of the tensors and the slots.

@throws TypeError, RangeError `ERR_SOPHIA_INVALID_ARGUMENT` where it does not fit
*/
export function checkSaved(saved: unknown, {name, names, sizes, slots}: Fitting) {
	const {optimizer, steps, tokens, scale, tensors} = object('saved', saved);
	const {name: other} = object('saved.optimizer', optimizer);
	if (other !== name) {
		throw argumentError('range', `Expected the state of \`${name}\`, got that of \`${String(other)}\``);
	}
	const given = object('saved.tensors', tensors);
	const unknown = Object.keys(given).find((tensor) => !names.includes(tensor));
	if (unknown !== undefined) {
		throw argumentError('range', `Expected the state of the tensors that were attached, got one of \`${unknown}\``);
	}
	const values = names.map((tensor, i) => {
		const own = Object.hasOwn(given, tensor) ? given[tensor] : undefined;
		const numbers = object(`saved.tensors.${tensor}`, own);
		return slots.map((slot) => checkSlot(`saved.tensors.${tensor}.${slot}`, numbers[slot], sizes[i] ?? 0));
	});
	return {counters: [integer('steps', steps), positive('tokens', tokens), positive('scale', scale)] as const, values};
}

function checkSlot(name: string, value: unknown, size: number): Float32Array {
	if (!types.isFloat32Array(value) || lengthOf(value) !== size) {
		throw argumentError('range', `Expected \`${name}\` to be a Float32Array of ${size} numbers`);
	}
	return value;
}

function parsed(path: string, text: string): Omit<SavedState, 'tensors'> {
	try {
		const {optimizer, steps, tokens, scale} = object('state', JSON.parse(text)) as unknown as SavedState;
		object('optimizer', optimizer);
		[steps, tokens, scale].forEach((counter) => nonNegative('a counter', counter));
		return {optimizer, steps, tokens, scale};
	} catch (cause) {
		throw wrongFile(path, 'Expected the counters of an optimizer in its metadata', cause);
	}
}

async function read(stored: StoredTensor): Promise<Float32Array> {
	const numbers = new Float32Array(sizeOf(stored));
	let done = 0;
	for await (const piece of piecesOf(stored)) {
		numbers.set(piece, done);
		done += piece.length;
	}
	return numbers;
}
