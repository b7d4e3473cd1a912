/**
The iteration of Newton and Schulz that makes a matrix about orthogonal, for Muon and Scion. Jordan et al. 2024,
https://kellerjordan.github.io/posts/muon/

	X ← G/(‖G‖ + ε)
	X ← a X + (b A + c A²) X        A = X Xᵀ, so many times
*/
import {integer} from '../check';

/** Jordan's coefficients, which raise small singular values fast and leave all between 0.7 and 1.2. */
const coefficients = {a: 3.4445, b: -4.775, c: 2.0315} as const;

/** More would only be a mistake. */
const mostIterations = 100;

/** @throws TypeError, RangeError `ERR_SOPHIA_INVALID_ARGUMENT` */
export const checkIterations = (iterations: unknown) => integer('iterations', iterations, 1, mostIterations);

/**
What a direction is multiplied by, of a matrix to `out` outputs from `in` inputs.

- `original`: √max(1, out/in), Jordan's, which Wen et al. 2025 have as well.
- `match-adamw`: 0.2 √max(out, in), Moonlight's (Liu et al. 2025, https://arxiv.org/abs/2502.16982): the size of AdamW's
  directions, so that AdamW's η and λ suit.
- `spectral`: √(out/in), Scion's (Pethick et al. 2025, https://arxiv.org/abs/2502.07529).
*/
export type MuonScale = 'original' | 'match-adamw' | 'spectral';

/** Every one, in the order of their numbers in native code. */
export const muonScales = ['original', 'match-adamw', 'spectral'] as const;

/** What a matrix is moved by. */
export interface Orthogonalization {
	readonly momentum: number;
	/** Weight of the new gradient in the momentum. */
	readonly gradient: number;
	readonly nesterov: boolean;
	readonly iterations: number;
	readonly epsilon: number;
	readonly scale: MuonScale;
}

/** The numbers of the rule `muon` of the native registry. */
export function orthogonalizing(of: Orthogonalization): Readonly<Record<string, number>> {
	const {momentum, gradient, nesterov, iterations, epsilon, scale} = of;
	return {
		momentum,
		gradient,
		nesterov: Number(nesterov),
		steps: iterations,
		...coefficients,
		epsilon,
		scale: muonScales.indexOf(scale),
	};
}
