/**
MARS. Yuan et al. 2024, Algorithm 2 with the approximation of Algorithm 3. https://arxiv.org/abs/2411.10438

	c ← g + γ β₁/(1 − β₁) (g − g₋₁)       with the gradient of the step before, 0 at first
	c ← c · min(1, limit/‖c‖)             of each tensor, or of all together
	d ← the direction of AdamW for the gradient c
*/
import {inRange, nonNegative, oneOf, positive, withDefaults} from '../check';
import {Optimizer, type OptimizerOptions} from './optimizer';
import type {RoutedTensor, Route} from './routing';
import {adamwRule, checkAdamW, type SideAdamW, type SideAdamWOptions} from './side';

/** What a `Mars` is made of. */
export interface MarsOptions extends OptimizerOptions {
	/** Decay rate of the first moment, β₁, in [0, 1). @default 0.95 */
	readonly beta1?: number;
	/** Decay rate of the second moment, β₂, in [0, 1). @default 0.99 */
	readonly beta2?: number;
	/** Added to the root of the second moment, ε, above 0. @default 1e-8 */
	readonly epsilon?: number;
	/** Weight of the correction by the change of the gradient, γ, at least 0; 0 has none. @default 0.025 */
	readonly gamma?: number;
	/** The norm that the corrected gradient is clipped to, above 0. @default 1 */
	readonly maxNorm?: number;
	/**
	Whose norm that is: of each `tensor`, as in the authors' code, or of all together, `global`, as Wen et al. 2025 have it
	(https://arxiv.org/abs/2509.02046), who do not clip the gradient before: give the trainer `clip: 0` with it.

	@default 'tensor'
	*/
	readonly clipping?: 'tensor' | 'global';
	/** What moves gains and biases: AdamW as in the authors' code, or the same rule, as in Wen et al. @default 'adamw' */
	readonly vectors?: 'adamw' | 'mars';
	/**
	AdamW for gains and biases; a part of it stands over the default. They decay only where `decay` is `all`, while the
	authors' code decays them by 0.1.

	@default {learningRate: 3e-3, beta1: 0.9, beta2: 0.95, epsilon: 1e-8}
	*/
	readonly adamw?: SideAdamWOptions;
}

/**
MARS, AdamW on a gradient with less variance: Yuan et al. 2024, https://arxiv.org/abs/2411.10438, in the form that the
authors call approximate, which needs no second gradient.

Defaults are those of the authors' code (github.com/AGI-Arena/MARS), η and λ those of its GPT-2 125M. With
`{vectors: 'mars', clipping: 'global'}` it is the form of Wen et al. 2025, whose optimum at 130 million parameters is
`preset('130m', 'mars')`.

@example
```
const optimizer = new Mars({learningRate: 3e-3, gamma: 0.05});
```
@throws TypeError, RangeError `ERR_SOPHIA_INVALID_ARGUMENT` for an option out of bounds or unknown.
*/
export class Mars extends Optimizer {
	/** The options that are not given. */
	static readonly defaults: Required<Omit<MarsOptions, 'adamw'>> & {
		/** The authors' AdamW for vectors. */
		readonly adamw: SideAdamW;
	} = {
		learningRate: 6e-3,
		weightDecay: 0.01,
		decay: 'matrices+embeddings',
		beta1: 0.95,
		beta2: 0.99,
		epsilon: 1e-8,
		gamma: 0.025,
		maxNorm: 1,
		clipping: 'tensor',
		vectors: 'adamw',
		adamw: {learningRate: 3e-3, weightDecay: undefined, beta1: 0.9, beta2: 0.95, epsilon: 1e-8},
	};

	readonly name = 'mars';
	/** Decay rate of the first moment, β₁. */
	readonly beta1: number;
	/** Decay rate of the second moment, β₂. */
	readonly beta2: number;
	/** Added to the root of the second moment, ε. */
	readonly epsilon: number;
	/** Weight of the correction, γ. */
	readonly gamma: number;
	/** The norm that the corrected gradient is clipped to. */
	readonly maxNorm: number;
	/** Whose norm that is. */
	readonly clipping: 'tensor' | 'global';
	/** What moves gains and biases. */
	readonly vectors: 'adamw' | 'mars';
	/** AdamW for gains and biases. */
	readonly adamw: SideAdamW;

	constructor(given: MarsOptions = {}) {
		const options = withDefaults(given, Mars.defaults);
		super(options);
		this.beta1 = inRange('beta1', options.beta1, 0, 1);
		this.beta2 = inRange('beta2', options.beta2, 0, 1);
		this.epsilon = positive('epsilon', options.epsilon);
		this.gamma = nonNegative('gamma', options.gamma);
		this.maxNorm = positive('maxNorm', options.maxNorm);
		this.clipping = oneOf('clipping', options.clipping, ['tensor', 'global']);
		this.vectors = oneOf('vectors', options.vectors, ['adamw', 'mars']);
		this.adamw = checkAdamW(options.adamw, Mars.defaults.adamw);
		Object.freeze(this);
	}

	hyper(): Readonly<Record<string, number>> {
		const {beta1, beta2, epsilon, gamma, maxNorm, clipping} = this;
		return {beta1, beta2, epsilon, gamma, maxNorm, global: Number(clipping === 'global')};
	}

	override route({role}: RoutedTensor): Route {
		const side = role === 'vector' && this.vectors === 'adamw';
		return {rule: side ? adamwRule(this.adamw, this.weightDecay) : this.rule};
	}
}
