/**
SOAP, Shampoo with Adam in the Preconditioner's eigenbasis. Vyas et al. 2024, Algorithm 3. https://arxiv.org/abs/2409.11321

	m ← β₁ m + (1 − β₁) g
	v ← β₂ v + (1 − β₂) (Qₗᵀ g Qᵣ)²
	d ← Qₗ (Qₗᵀ m Qᵣ / (√v + ε)) Qᵣᵀ · √(1 − β₂ᵗ)/(1 − β₁ᵗ)
	L ← β L + (1 − β) g gᵀ,  R ← β R + (1 − β) gᵀ g        β of their own
	Qₗ, Qᵣ ← QR of L Qₗ and R Qᵣ                            every few steps: closer to the eigenvectors of L and R

The first step changes nothing but L, R and their eigenvectors.
*/
import {boolean, inRange, integer, oneOf, positive, withDefaults} from '../check';
import {Optimizer, type OptimizerOptions} from './optimizer';
import type {RoutedTensor, Route} from './routing';
import {longestSide} from './shapes';

/**
Whose SOAP it is.

- `official`: the authors' code (github.com/nikhilvyas/SOAP). The first step is not counted, the new basis is that of the
  gradients up to this step's, and weights decay after they moved.
- `study`: that of Wen et al. 2025 (levanter). The first step is counted, the basis is that of the gradients before this
  step's, weights decay as everywhere, and vectors are preconditioned.
*/
export type SoapForm = 'official' | 'study';

/** Steps without a new basis; more would only be a mistake. */
const mostSteps = 2 ** 20;

/** What a `Soap` is made of. */
export interface SoapOptions extends OptimizerOptions {
	/** The order of things within a step. @default 'official' */
	readonly form?: SoapForm;
	/** Decay rate of the first moment, β₁, in [0, 1). @default 0.95 */
	readonly beta1?: number;
	/** Decay rate of the second moment, β₂, in [0, 1). @default 0.95 */
	readonly beta2?: number;
	/** Decay rate of the averages L and R, in [0, 1). @default 0.95 */
	readonly shampooBeta?: number;
	/** Added to the root of the second moment, ε, above 0. @default 1e-8 */
	readonly epsilon?: number;
	/** Steps between two refreshes of the basis, 1 to 2²⁰. @default 10 */
	readonly preconditionEvery?: number;
	/**
	The side of the blocks that a matrix is cut into, each with a basis of its own; 0 takes matrices whole, as the authors
	do. A whole side n needs 2 n² numbers and time in n³; Wen et al. take 256, and 512 for large models. At most 2²⁰.

	@default 0
	*/
	readonly block?: number;
	/** A side that is longer is not preconditioned, as that of the vocabulary; 1 to 2²⁰. @default 10000 */
	readonly largest?: number;
	/** Whether gains and biases are preconditioned as well. @default false, true in the form of the study */
	readonly precondition1d?: boolean;
}

/**
SOAP: Adam in the basis in which Shampoo's preconditioner is diagonal. Vyas et al. 2024, https://arxiv.org/abs/2409.11321.
All tensors are its own; of vectors, and of sides that are too long for a basis, it is Adam. Queries, keys and values are
matrices of their own.

Defaults are those of the authors' code (github.com/nikhilvyas/SOAP), and β for all three averages; the optimum of Wen et
al. 2025 (https://arxiv.org/abs/2509.02046) at 130 million parameters is `preset('130m', 'soap')`.

@example
```
const optimizer = new Soap({learningRate: 3e-3, preconditionEvery: 10, block: 256});
```
@throws TypeError, RangeError `ERR_SOPHIA_INVALID_ARGUMENT` for an option out of bounds or unknown.
*/
export class Soap extends Optimizer {
	/** The options that are not given. */
	static readonly defaults: Required<Omit<SoapOptions, 'precondition1d'>> & {
		/** Undefined: that of the form. */
		readonly precondition1d: boolean | undefined;
	} = {
		learningRate: 3e-3,
		weightDecay: 0.01,
		decay: 'matrices+embeddings',
		form: 'official',
		beta1: 0.95,
		beta2: 0.95,
		shampooBeta: 0.95,
		epsilon: 1e-8,
		preconditionEvery: 10,
		block: 0,
		largest: 10_000,
		precondition1d: undefined,
	};

	readonly name = 'soap';
	/** Whose SOAP it is. */
	readonly form: SoapForm;
	/** Decay rate of the first moment, β₁. */
	readonly beta1: number;
	/** Decay rate of the second moment, β₂. */
	readonly beta2: number;
	/** Decay rate of the averages L and R. */
	readonly shampooBeta: number;
	/** Added to the root of the second moment, ε. */
	readonly epsilon: number;
	/** Steps between two refreshes of the basis. */
	readonly preconditionEvery: number;
	/** The side of blocks; 0: matrices are whole. */
	readonly block: number;
	/** The longest side that is preconditioned. */
	readonly largest: number;
	/** Whether gains and biases are preconditioned. */
	readonly precondition1d: boolean;

	constructor(given: SoapOptions = {}) {
		const options = withDefaults(given, Soap.defaults);
		super(options);
		this.form = oneOf('form', options.form, ['official', 'study']);
		this.beta1 = inRange('beta1', options.beta1, 0, 1);
		this.beta2 = inRange('beta2', options.beta2, 0, 1);
		this.shampooBeta = inRange('shampooBeta', options.shampooBeta, 0, 1);
		this.epsilon = positive('epsilon', options.epsilon);
		this.preconditionEvery = integer('preconditionEvery', options.preconditionEvery, 1, mostSteps);
		this.block = integer('block', options.block, 0, longestSide);
		this.largest = integer('largest', options.largest, 1, longestSide);
		this.precondition1d = boolean('precondition1d', options.precondition1d ?? this.form === 'study');
		Object.freeze(this);
	}

	hyper(): Readonly<Record<string, number>> {
		const {form, beta1, beta2, shampooBeta, epsilon, block, largest} = this;
		const study = Number(form === 'study');
		return {
			...{beta1, beta2, shampooBeta, epsilon},
			every: this.preconditionEvery,
			...{block, largest},
			countsFirst: study,
			precondition1d: Number(this.precondition1d),
			basisBefore: study,
			decayAfter: 1 - study,
		};
	}

	override route({role, parts}: RoutedTensor): Route {
		return role === 'vector' ? {rule: this.rule} : {rule: this.rule, matrices: parts};
	}
}
