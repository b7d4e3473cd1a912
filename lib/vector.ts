/** Numbers for the parameters of a model. */
import {types} from 'node:util';
import {argumentError} from './errors';
import {suggestion} from './check';

/** A parameter tensor. Names and shapes are those of Hugging Face's GPT-2; matrices are (in, out). */
export interface Parameter {
	readonly name: string;
	readonly shape: readonly number[];
}

/** How many numbers a tensor has. */
export function sizeOf({shape}: Parameter): number {
	return shape.reduce((a, b) => a * b, 1);
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
	readonly parameters: readonly Parameter[];
	readonly values: Float32Array;

	/**
	Without values a vector of zeros.

	@throws TypeError, RangeError `ERR_SOPHIA_INVALID_ARGUMENT` for other than a Float32Array of that many numbers.
	*/
	constructor(parameters: readonly Parameter[], given?: Float32Array) {
		const size = parameters.reduce((sum, parameter) => sum + sizeOf(parameter), 0);
		const values = given ?? new Float32Array(size);
		if (!types.isFloat32Array(values)) {
			throw argumentError('type', 'Expected `values` to be a Float32Array');
		}
		if (values.length !== size) {
			throw argumentError('range', `Expected \`values\` to have ${size} numbers, got ${values.length}`);
		}
		this.parameters = parameters;
		this.values = values;
		Object.freeze(this);
	}

	/** The numbers of one tensor, by rows, in the memory of this vector. @throws TypeError for an unknown name. */
	tensor(name: string): Float32Array {
		let begin = 0;
		for (const parameter of this.parameters) {
			const end = begin + sizeOf(parameter);
			if (parameter.name === name) {
				return this.values.subarray(begin, end);
			}
			begin = end;
		}
		const known = this.parameters.map((parameter) => parameter.name);
		throw argumentError('type', `Unknown parameter \`${name}\`${suggestion(name, known)}`);
	}
}
