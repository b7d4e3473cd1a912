/** Where the numbers of tfjs' variables lie, and how native code may move them. */
import {argumentError} from '../errors';
import type {TensorFlow, TfTensor, TfVariable} from './tensorflow';

/**
Data that was allocated here, for one variable. Everybody who optimizes variables of tfjs knows of it, so that two
optimizers of the same variables do not take turns in copying.
*/
const ours = new WeakSet<object>();

/** A copy of the numbers of a tensor. */
export function copyOf(tensor: TfTensor): Float32Array {
	return Float32Array.from(tensor.dataSync());
}

/**
The numbers of variables as arrays that may be written.

tfjs takes tensors for immutable, and so shares their data: clones and reshapes have the data of what they came from, a
variable that something was assigned to has the data of that, and a tensor that was made of a Float32Array has the very
array of the caller's. Its own optimizers leave the data alone and assign new tensors. To move numbers in place, a variable
must have data of its own: it gets a copy the first time, and whenever its data is not the one that it was given here, or
is shared with somebody by now (the backend counts that). The others keep the data as it was.

On the CPU backend, which has its data in JavaScript's memory, nothing else is copied. Any other backend is read and
written in every step.
*/
export class VariableMemory {
	/** What was read from another backend. */
	readonly #mirrors = new WeakMap<TfVariable, Float32Array>();

	constructor(private readonly tf: TensorFlow) {}

	/** Whether arrays of JavaScript are where the data lies. */
	get #shared(): boolean {
		return this.tf.getBackend() === 'cpu';
	}

	/** The numbers of a variable, to be moved. @throws TypeError `ERR_SOPHIA_INVALID_ARGUMENT` where they are no floats */
	numbers(variable: TfVariable): Float32Array {
		if (variable.dtype !== 'float32') {
			throw argumentError('type', `Expected variable \`${variable.name}\` to be float32, got ${variable.dtype}`);
		}
		if (!this.#shared) {
			const mirror = this.#mirrors.get(variable) ?? new Float32Array(variable.size);
			this.#mirrors.set(variable, mirror);
			mirror.set(variable.dataSync());
			return mirror;
		}
		if (!ours.has(variable.dataId) || this.tf.engine().backend.refCount(variable.dataId) !== 1) {
			this.#assign(variable, copyOf(variable));
			ours.add(variable.dataId);
		}
		return variable.dataSync() as Float32Array;
	}

	/** What `numbers` gave was moved: tells tfjs, where that is not the data itself. */
	moved(variable: TfVariable): void {
		const mirror = this.#shared ? undefined : this.#mirrors.get(variable);
		if (mirror !== undefined) {
			this.#assign(variable, mirror.slice()); // a backend may keep the array and read it later
		}
	}

	#assign(variable: TfVariable, numbers: Float32Array): void {
		const tensor = this.tf.tensor(numbers, variable.shape, 'float32');
		variable.assign(tensor);
		tensor.dispose();
	}
}
