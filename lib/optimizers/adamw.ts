/**
AdamW. Loshchilov and Hutter 2019, Algorithm 2. https://arxiv.org/abs/1711.05101

	m ← β₁ m + (1 − β₁) g
	v ← β₂ v + (1 − β₂) g²
	d ← m/(1 − β₁ᵗ) / (√(v/(1 − β₂ᵗ)) + ε)        t counts steps from 1
*/
import {inRange, positive, withDefaults} from '../check';
import {Optimizer, type OptimizerOptions} from './optimizer';

/** What an `AdamW` is made of. */
export interface AdamWOptions extends OptimizerOptions {
	/** Decay rate of the first moment, β₁, in [0, 1). @default 0.9 */
	readonly beta1?: number;
	/** Decay rate of the second moment, β₂, in [0, 1). @default 0.95 */
	readonly beta2?: number;
	/** Added to the root of the second moment, ε, above 0. @default 1e-8 */
	readonly epsilon?: number;
}

/**
AdamW, Loshchilov and Hutter 2019. https://arxiv.org/abs/1711.05101

Defaults are those of GPT-2 125M in the Sophia paper's comparison: η 6e-4, β (0.9, 0.95), λ 0.1.

@example
```
const optimizer = new AdamW({learningRate: 3e-4});
```
@throws TypeError, RangeError `ERR_SOPHIA_INVALID_ARGUMENT` for an option out of bounds or unknown.
*/
export class AdamW extends Optimizer {
	/** The options that are not given. */
	static readonly defaults: Required<AdamWOptions> = {
		learningRate: 6e-4,
		weightDecay: 0.1,
		decay: 'matrices+embeddings',
		beta1: 0.9,
		beta2: 0.95,
		epsilon: 1e-8,
	};

	readonly name = 'adamw';
	/** Decay rate of the first moment, β₁. */
	readonly beta1: number;
	/** Decay rate of the second moment, β₂. */
	readonly beta2: number;
	/** Added to the root of the second moment, ε. */
	readonly epsilon: number;

	constructor(given: AdamWOptions = {}) {
		const options = withDefaults(given, AdamW.defaults);
		super(options);
		this.beta1 = inRange('beta1', options.beta1, 0, 1);
		this.beta2 = inRange('beta2', options.beta2, 0, 1);
		this.epsilon = positive('epsilon', options.epsilon);
		Object.freeze(this);
	}

	hyper(): Readonly<Record<string, number>> {
		return {beta1: this.beta1, beta2: this.beta2, epsilon: this.epsilon};
	}
}
