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
import type {Entry} from './kept';
import type {OptimizerJson} from './optimizer';

/** Of the form that states have: 1, which did not say so, has the same slots for all tensors, each as large as these. */
export const stateVersion = 2;

/** Everything that an optimizer remembers, by the names of the tensors, so that a trainer may order them anew. */
export interface SavedState {
	/** Of its form; one that does not say is of version 1. */
	readonly version?: number;
	/** Which optimizer it is the state of. Its hyperparameters are told, and need not be those of who goes on. */
	readonly optimizer: OptimizerJson;
	/** Steps that were made. */
	readonly steps: number;
	/** B of the last refresh of the Hessian. */
	readonly tokens: number;
	/** The factor of ρ or γ. */
	readonly scale: number;
	/**
	Of every tensor, by its name: the numbers of every slot, by its name (`momentum`, `hessian`). The slots are those of the
	rule that moves it, and may be of other sizes than the tensor.
	*/
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
	readonly entries: readonly Entry[];
}

/**
The counters of a state, and its numbers in the order of the entries.

@throws TypeError, RangeError `ERR_SOPHIA_INVALID_ARGUMENT` where it does not fit
*/
export function checkSaved(saved: unknown, {name, names, entries}: Fitting) {
	const {version, optimizer, steps, tokens, scale, tensors} = object('saved', saved);
	checkVersion(version);
	const {name: other} = object('saved.optimizer', optimizer);
	if (other !== name) {
		throw argumentError('range', `Expected the state of \`${name}\`, got that of \`${String(other)}\``);
	}
	const given = object('saved.tensors', tensors);
	checkNames(given, names, entries);
	const values = entries.map(({name, slot, count}) => {
		const value = own(own(given, name), slot);
		if (!types.isFloat32Array(value) || lengthOf(value) !== count) {
			const came = types.isFloat32Array(value) ? `, got ${lengthOf(value)}` : '';
			const expected = `Expected \`saved.tensors.${name}.${slot}\` to be a Float32Array of ${count} numbers`;
			throw argumentError('range', `${expected}${came}`);
		}
		return value;
	});
	return {counters: [integer('steps', steps), positive('tokens', tokens), positive('scale', scale)] as const, values};
}

/** @throws RangeError `ERR_SOPHIA_INVALID_ARGUMENT` for a form that nobody knows yet */
function checkVersion(version: unknown): void {
	integer('saved.version', version ?? 1, 1, stateVersion);
}

/** Refuses the state of other tensors, and slots of other rules than move them. */
function checkNames(
	given: Readonly<Record<string, unknown>>,
	names: readonly string[],
	entries: readonly Entry[],
): void {
	const slots = new Map(names.map((name) => [name, new Set<string>()]));
	entries.forEach(({name, slot}) => slots.get(name)?.add(slot));
	for (const [name, saved] of Object.entries(given)) {
		const wanted = slots.get(name);
		if (wanted === undefined) {
			throw argumentError('range', `Expected the state of the tensors that were attached, got one of \`${name}\``);
		}
		const slot = Object.keys(object(`saved.tensors.${name}`, saved)).find((each) => !wanted.has(each));
		if (slot !== undefined) {
			const expected = `Expected ${[...wanted].map((each) => `\`${each}\``).join(', ')} of \`${name}\``;
			throw argumentError('range', `${expected}, got \`${slot}\`: another rule moved it`);
		}
	}
	for (const [name, wanted] of slots) {
		object(`saved.tensors.${name}`, own(given, name) ?? (wanted.size === 0 ? {} : undefined));
	}
}

const own = (values: unknown, key: string): unknown =>
	typeof values === 'object' && values !== null && Object.hasOwn(values, key)
		? (values as Readonly<Record<string, unknown>>)[key]
		: undefined;

function parsed(path: string, text: string): Omit<SavedState, 'tensors'> {
	try {
		const {version = 1, ...rest} = object('state', JSON.parse(text)) as unknown as SavedState;
		const {optimizer, steps, tokens, scale} = rest;
		object('optimizer', optimizer);
		[version, steps, tokens, scale].forEach((counter) => nonNegative('a counter', counter));
		return {version, optimizer, steps, tokens, scale};
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
