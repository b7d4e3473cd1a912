/**
Products of the Hessian with a vector by central differences of the gradient. tfjs has no second derivatives that could be
relied upon: none of convolutions and poolings, and what `tanh` or a softmax saved for its gradient counts as a constant.

	Hu ≈ (∇L(θ + δu) − ∇L(θ − δu)) / 2δ
*/
import type {VariableMemory} from './memory';
import type {TfVariable} from './tensorflow';

/**
δ, for u of numbers near 1. A power of two, so that δu loses no bits. The error of the quotient is about 10⁻⁷/δ of the
gradient from rounding and the third derivative times δ²/6: of the powers of two this is where neither dominates for weights
near 0.1.
*/
export const distance = 2 ** -10;

/**
The product with a direction, one array for each variable. The variables have their numbers again when it returns, to the
bit, and when it throws.

@param gradient of the loss where the variables are, one array for each
*/
export function hessianVectorProduct(
	memory: VariableMemory,
	variables: readonly TfVariable[],
	direction: readonly Float32Array[],
	gradient: () => readonly Float32Array[],
): Float32Array[] {
	const before = variables.map((variable) => memory.numbers(variable).slice());
	const at = (factor: number) => {
		variables.forEach((variable, v) => {
			move(memory, variable, (i) => (before[v]?.[i] ?? 0) + factor * (direction[v]?.[i] ?? 0));
		});
		return gradient();
	};
	try {
		const forward = at(distance).map((numbers) => numbers.slice());
		const backward = at(-distance);
		return forward.map((numbers, v) => numbers.map((value, i) => (value - (backward[v]?.[i] ?? 0)) / (2 * distance)));
	} finally {
		variables.forEach((variable, v) => move(memory, variable, (i) => before[v]?.[i] ?? 0));
	}
}

function move(memory: VariableMemory, variable: TfVariable, value: (i: number) => number): void {
	const numbers = memory.numbers(variable);
	for (let i = 0; i < numbers.length; i++) {
		numbers[i] = value(i);
	}
	memory.moved(variable);
}
