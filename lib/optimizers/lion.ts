/**
Lion, EvoLved Sign Momentum. Chen et al. 2023, Algorithm 2. https://arxiv.org/abs/2302.06675

	d ← sign(β₁ m + (1 − β₁) g)
	m ← β₂ m + (1 − β₂) g
*/
import {inRange, withDefaults} from '../check';
import {Optimizer, type OptimizerOptions} from './optimizer';

/** What a `Lion` is made of. */
export interface LionOptions extends OptimizerOptions {
	/** Weight of the momentum in the direction, β₁, in [0, 1). @default 0.95 */
	readonly beta1?: number;
	/** Decay rate of the momentum, β₂, in [0, 1). @default 0.98 */
	readonly beta2?: number;
}

/**
Lion, EvoLved Sign Momentum. Chen et al. 2023, Algorithm 2. https://arxiv.org/abs/2302.06675

Defaults are those of GPT-2 125M in the Sophia paper's comparison: η 1e-4, β (0.95, 0.98). Its weight decay is Sophia's
0.2: Chen et al. section 5 advise 3 to 10 times AdamW's, because λ acts through Lion's smaller η.

With `beta1` and `beta2` the same it is signum, the sign of the momentum (Bernstein et al. 2018, Algorithm 2,
https://arxiv.org/abs/1802.04434).

@example
```
const optimizer = new Lion({learningRate: 1e-4});
```
@throws TypeError, RangeError `ERR_SOPHIA_INVALID_ARGUMENT` for an option out of bounds or unknown.
*/
export class Lion extends Optimizer {
	/** The options that are not given. */
	static readonly defaults: Required<LionOptions> = {
		learningRate: 1e-4,
		weightDecay: 0.2,
		decay: 'matrices+embeddings',
		beta1: 0.95,
		beta2: 0.98,
	};

	readonly name = 'lion';
	/** Weight of the momentum in the direction, β₁. */
	readonly beta1: number;
	/** Decay rate of the momentum, β₂. */
	readonly beta2: number;

	constructor(given: LionOptions = {}) {
		const options = withDefaults(given, Lion.defaults);
		super(options);
		this.beta1 = inRange('beta1', options.beta1, 0, 1);
		this.beta2 = inRange('beta2', options.beta2, 0, 1);
		Object.freeze(this);
	}

	hyper(): Readonly<Record<string, number>> {
		return {beta1: this.beta1, beta2: this.beta2};
	}
}
