/**
NAdamW, AdamW with Nesterov's momentum. Dozat 2016, https://openreview.net/forum?id=OM0jvwB8jIp57ZJjtNEz; with decoupled
decay as in optax (`nadamw`) and PyTorch (`NAdam`).

	m ← β₁ m + (1 − β₁) g
	v ← β₂ v + (1 − β₂) g²
	d ← (μₜ₊₁ m / (1 − Πₜ₊₁) + (1 − μₜ) g / (1 − Πₜ)) / (√(v/(1 − β₂ᵗ)) + ε)        Πₜ = μ₁ μ₂ … μₜ

	μₜ = β₁                        without a decay of the momentum
	μₜ = β₁ (1 − ½ 0.96^(t ψ))     with one, ψ > 0
*/
import {inRange, nonNegative, positive, withDefaults} from '../check';
import {Optimizer, type OptimizerOptions} from './optimizer';

/** What an `NAdamW` is made of. */
export interface NAdamWOptions extends OptimizerOptions {
	/** Decay rate of the first moment, β₁, in [0, 1). @default 0.9 */
	readonly beta1?: number;
	/** Decay rate of the second moment, β₂, in [0, 1). @default 0.95 */
	readonly beta2?: number;
	/** Added to the root of the second moment, ε, above 0. @default 1e-8 */
	readonly epsilon?: number;
	/**
	ψ, at least 0: how fast the weight of the momentum in the direction grows to β₁. PyTorch has 0.004. 0 has β₁ from the
	first step on, which is optax's form and that of Wen et al. 2025.

	@default 0
	*/
	readonly momentumDecay?: number;
}

/**
NAdamW: AdamW whose direction looks one step of the momentum ahead. Dozat 2016,
https://openreview.net/forum?id=OM0jvwB8jIp57ZJjtNEz; as in Wen et al. 2025, https://arxiv.org/abs/2509.02046.

Defaults are those of `AdamW`, from which it differs in nothing else; the study's optimum at 130 million parameters is
`preset('130m', 'nadamw')`.

@example
```
const optimizer = new NAdamW({learningRate: 3e-4});
```
@throws TypeError, RangeError `ERR_SOPHIA_INVALID_ARGUMENT` for an option out of bounds or unknown.
*/
export class NAdamW extends Optimizer {
	/** The options that are not given. */
	static readonly defaults: Required<NAdamWOptions> = {
		learningRate: 6e-4,
		weightDecay: 0.1,
		decay: 'matrices+embeddings',
		beta1: 0.9,
		beta2: 0.95,
		epsilon: 1e-8,
		momentumDecay: 0,
	};

	readonly name = 'nadamw';
	/** Decay rate of the first moment, β₁. */
	readonly beta1: number;
	/** Decay rate of the second moment, β₂. */
	readonly beta2: number;
	/** Added to the root of the second moment, ε. */
	readonly epsilon: number;
	/** How fast the weight of the momentum grows, ψ; 0: it is β₁ throughout. */
	readonly momentumDecay: number;

	constructor(given: NAdamWOptions = {}) {
		const options = withDefaults(given, NAdamW.defaults);
		super(options);
		this.beta1 = inRange('beta1', options.beta1, 0, 1);
		this.beta2 = inRange('beta2', options.beta2, 0, 1);
		this.epsilon = positive('epsilon', options.epsilon);
		this.momentumDecay = nonNegative('momentumDecay', options.momentumDecay);
		Object.freeze(this);
	}

	hyper(): Readonly<Record<string, number>> {
		const {beta1, beta2, epsilon, momentumDecay} = this;
		return {beta1, beta2, epsilon, momentumDecay};
	}
}
