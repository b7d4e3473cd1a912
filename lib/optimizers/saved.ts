/** The state of an optimizer as plain data, and as a safetensors file. */
import {path as checkPath} from '../check';
import {wrapAsync, wrongFile} from '../errors';
import {writeWhole} from '../files';
import {piecesOf, storedTensors, type StoredTensor} from '../pretrained/tensors';
import {readCheckpoint} from '../checkpoint';
import {safetensorsHeader} from '../safetensors';
import {sizeOf} from '../vector';
import type {OptimizerJson} from './optimizer';

/** Everything that an optimizer remembers, by the names of the tensors, so that a trainer may order them anew. */
export interface SavedState {
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
	const tensors: Record<string, Record<string, Float32Array>> = {};
	for (const stored of storedTensors(path)) {
		const at = stored.name.lastIndexOf('/');
		(tensors[stored.name.slice(0, at)] ??= {})[stored.name.slice(at + 1)] = await read(stored);
	}
	return {...parsed(path, metadata.state), tensors};
}

function parsed(path: string, text: string): Omit<SavedState, 'tensors'> {
	try {
		const {optimizer, steps, tokens, scale} = JSON.parse(text) as SavedState;
		return {optimizer, steps, tokens, scale};
	} catch (cause) {
		throw wrongFile(path, 'Expected the counters of an optimizer in its metadata', {cause});
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
