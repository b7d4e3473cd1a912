/** Numbers for the parameters of a model. */
import {count, float32Array, list, object, suggestion, text} from './check';
import {argumentError} from './errors';

/** A parameter tensor. Names and shapes are those of Hugging Face's GPT-2; matrices are (in, out). */
export interface Parameter {
	/** As in Hugging Face's files: `h.0.attn.c_attn.weight`. */
	readonly name: string;
	/** Rows and columns, or the length of a vector. */
	readonly shape: readonly number[];
}

/** How many numbers a tensor has. @throws TypeError, RangeError `ERR_SOPHIA_INVALID_ARGUMENT` */
export function sizeOf(parameter: Parameter): number {
	const {shape} = object('parameter', parameter);
	return Array.from(list('shape', shape), (size) => count('shape', size)).reduce((a, b) => a * b, 1);
}

/** The tensor of that name. @throws TypeError `ERR_SOPHIA_INVALID_ARGUMENT` naming the nearest, when there is none */
export function findParameter(parameters: readonly Parameter[], name: string): Parameter {
	const found = parameters.find((parameter) => parameter.name === text('name', name));
	if (found === undefined) {
		const known = parameters.map((parameter) => parameter.name);
		throw argumentError('type', `Unknown parameter \`${name}\`${suggestion(name, known)}`);
	}
	return found;
}

/** Exactly `size` numbers. @throws TypeError, RangeError `ERR_SOPHIA_INVALID_ARGUMENT` */
export function checkValues(values: unknown, size: number): Float32Array {
	const given = float32Array('values', values);
	if (given.length !== size) {
		throw argumentError('range', `Expected \`values\` to have ${size} numbers, got ${given.length}`);
	}
	return given;
}

/**
A number for every parameter of a model: a gradient, a direction, a product of the Hessian, a diagonal. The numbers of all
tensors lie one after the other in `values`, in the order of `parameters`.

@example
```
const {product} = await model.hessianVectorProduct(examples, await model.probe());
product.tensor('wte.weight'); // a Float32Array over the same memory
```
*/
export class ParameterVector {
	/** The tensors. */
	readonly parameters: readonly Parameter[];
	/** Their numbers, one tensor after the other. */
	readonly values: Float32Array;

	/**
	Without values a vector of zeros.

	@throws TypeError, RangeError `ERR_SOPHIA_INVALID_ARGUMENT` for other than a Float32Array of that many numbers.
	*/
	constructor(parameters: readonly Parameter[], values?: Float32Array) {
		const sizes = Array.from(list('parameters', parameters), (parameter) => sizeOf(parameter as Parameter));
		const size = sizes.reduce((sum, each) => sum + each, 0);
		this.parameters = parameters;
		this.values = checkValues(values ?? new Float32Array(size), size);
		Object.freeze(this);
	}

	/** The numbers of one tensor, by rows, in the memory of this vector. @throws TypeError for an unknown name. */
	tensor(name: string): Float32Array {
		const wanted = findParameter(this.parameters, name);
		const before = this.parameters.slice(0, this.parameters.indexOf(wanted));
		const begin = before.reduce((sum, parameter) => sum + sizeOf(parameter), 0);
		return this.values.subarray(begin, begin + sizeOf(wanted));
	}
}
