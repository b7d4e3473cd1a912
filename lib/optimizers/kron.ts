/**
PSGD Kron, preconditioned SGD with a Kronecker-factored preconditioner. Li 2018, https://arxiv.org/abs/1512.04202 and
https://arxiv.org/abs/2402.11858; in the form of Walters et al. (github.com/evanatyourservice/kron_torch) that Wen et al. 2025
compare, https://arxiv.org/abs/2509.02046.

	m ← β₁ m + (1 − β₁) g,   M = m/(1 − β₁ᵗ)
	A = Qₗ M̃ Qᵣᵀ,   B = Qₗ⁻ᵀ V Qᵣ⁻¹                      V ~ N(0, 1); M̃ is M with a little of V in it
	Qᵢ ← Qᵢ − ρ/‖AAᵀ + BBᵀ‖ · triu(AAᵀ − BBᵀ) Qᵢ         of either side, less and less often
	d ← Qₗᵀ Qₗ M Qᵣᵀ Qᵣ, no longer than a root mean square of 1.1

Q is upper triangular, or a diagonal for vectors and for sides that are very long.
*/
import {boolean, count, fraction, inRange, integer, nonNegative, positive, withDefaults} from '../check';
import {defaultSeed} from '../config';
import {Optimizer, type OptimizerOptions} from './optimizer';
import type {RoutedTensor, Route} from './routing';
import {longestSide} from './shapes';

/** What a `Kron` is made of. */
export interface KronOptions extends OptimizerOptions {
	/** Decay rate of the momentum, β₁, in [0, 1). @default 0.9 */
	readonly beta1?: number;
	/** Learning rate of the preconditioner, ρ, above 0. @default 0.1 */
	readonly preconditionerRate?: number;
	/** How much of V is in M̃, as a part of the mean of |M|, in [0, 1). @default √2⁻²³, the root of a float's precision */
	readonly damping?: number;
	/** The longest root mean square of a tensor's direction, at least 0; 0 has no limit. @default 1.1 */
	readonly rmsLimit?: number;
	/**
	Whether the gradient of each tensor is divided by its norm. Wen et al. found it better, instead of a clip of the global
	norm: give the trainer `clip: 0` with it.

	@default false
	*/
	readonly normalize?: boolean;
	/** The side of the blocks that a matrix is cut into, each with factors of its own; 0 takes it whole, at most 2²⁰. @default 256 */
	readonly block?: number;
	/** A side that is longer has a diagonal for its factor, as that of the vocabulary; 1 to 2²⁰. @default 25000 */
	readonly largest?: number;
	/** The least part of the steps in which the preconditioner is updated, in (0, 1]. @default 0.05 */
	readonly leastProbability?: number;
	/** How fast that part falls from 1: by e⁻¹ in 1/this many steps; at least 0. @default 0.001 */
	readonly probabilityDecay?: number;
	/** Steps at the beginning that all update it, at least 0. @default 500 */
	readonly flatStart?: number;
	/** Updates between two that give the factors of a matrix the same size; 0 for none. @default 100 */
	readonly balanceEvery?: number;
	/** Where V comes from. @default 1337 */
	readonly seed?: number;
}

/** The smallest normal float: keeps a quotient of zeros a number. */
const tiny = 2 ** -126;

/**
PSGD Kron: a momentum that is whitened from both sides of each matrix, by factors which are learned. Li 2018,
https://arxiv.org/abs/1512.04202. All tensors are its own; queries, keys and values are matrices of their own.

Defaults are those of Wen et al. 2025 (levanter, https://arxiv.org/abs/2509.02046), η is that of kron_torch; λ is the
smallest of those that they found best, 0.5 to 0.9, which is far above AdamW's. Their optimum at 130 million parameters is
`preset('130m', 'kron')`.

@example
```
const optimizer = new Kron({learningRate: 5e-4, normalize: true});
```
@throws TypeError, RangeError `ERR_SOPHIA_INVALID_ARGUMENT` for an option out of bounds or unknown.
*/
export class Kron extends Optimizer {
	/** The options that are not given. */
	static readonly defaults: Required<KronOptions> = {
		learningRate: 1e-3,
		weightDecay: 0.5,
		decay: 'matrices+embeddings',
		beta1: 0.9,
		preconditionerRate: 0.1,
		damping: Math.sqrt(2 ** -23),
		rmsLimit: 1.1,
		normalize: false,
		block: 256,
		largest: 25_000,
		leastProbability: 0.05,
		probabilityDecay: 0.001,
		flatStart: 500,
		balanceEvery: 100,
		seed: defaultSeed,
	};

	readonly name = 'kron';
	/** Decay rate of the momentum, β₁. */
	readonly beta1: number;
	/** Learning rate of the preconditioner, ρ. */
	readonly preconditionerRate: number;
	/** How much of V is in M̃. */
	readonly damping: number;
	/** The longest root mean square of a direction; 0: any. */
	readonly rmsLimit: number;
	/** Whether the gradient of each tensor is divided by its norm. */
	readonly normalize: boolean;
	/** The side of blocks; 0: matrices are whole. */
	readonly block: number;
	/** The longest side that has a triangular factor. */
	readonly largest: number;
	/** The least part of the steps that update the preconditioner. */
	readonly leastProbability: number;
	/** How fast that part falls. */
	readonly probabilityDecay: number;
	/** Steps at the beginning that all update it. */
	readonly flatStart: number;
	/** Updates between two that balance the factors; 0: none. */
	readonly balanceEvery: number;
	/** Where V comes from. */
	readonly seed: number;

	constructor(given: KronOptions = {}) {
		const options = withDefaults(given, Kron.defaults);
		super(options);
		this.beta1 = inRange('beta1', options.beta1, 0, 1);
		this.preconditionerRate = positive('preconditionerRate', options.preconditionerRate);
		this.damping = inRange('damping', options.damping, 0, 1);
		this.rmsLimit = nonNegative('rmsLimit', options.rmsLimit);
		this.normalize = boolean('normalize', options.normalize);
		this.block = integer('block', options.block, 0, longestSide);
		this.largest = integer('largest', options.largest, 1, longestSide);
		this.leastProbability = fraction('leastProbability', options.leastProbability);
		this.probabilityDecay = nonNegative('probabilityDecay', options.probabilityDecay);
		this.flatStart = count('flatStart', options.flatStart, 0);
		this.balanceEvery = count('balanceEvery', options.balanceEvery, 0);
		this.seed = integer('seed', options.seed);
		Object.freeze(this);
	}

	hyper(): Readonly<Record<string, number>> {
		const {beta1, preconditionerRate, damping, rmsLimit, normalize, block, largest} = this;
		const {leastProbability, probabilityDecay, flatStart, balanceEvery, seed} = this;
		return {
			...{beta1, preconditionerRate, damping, tiny, rmsLimit},
			normalize: Number(normalize),
			...{block, largest, leastProbability, probabilityDecay, flatStart, balanceEvery, seed},
		};
	}

	override route({role, parts}: RoutedTensor): Route {
		return role === 'vector' ? {rule: this.rule} : {rule: this.rule, matrices: parts};
	}
}
