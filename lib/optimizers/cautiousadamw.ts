/**
Cautious AdamW. Liang et al. 2024, Algorithm 2. https://arxiv.org/abs/2411.16085

	u ← the direction of AdamW
	d ← u · 1[u g > 0] · f        f makes up for what the mask left out, tensor by tensor: see `Normalization`
*/
import {inRange, oneOf, positive, withDefaults} from '../check';
import {normalizationNumber, normalizations, type Normalization} from './cautious';
import {Optimizer, type OptimizerOptions} from './optimizer';

/** What a `CautiousAdamW` is made of. */
export interface CautiousAdamWOptions extends OptimizerOptions {
	/** Decay rate of the first moment, β₁, in [0, 1). @default 0.9 */
	readonly beta1?: number;
	/** Decay rate of the second moment, β₂, in [0, 1). @default 0.95 */
	readonly beta2?: number;
	/** Added to the root of the second moment, and to the mean of the mask, ε, above 0. @default 1e-8 */
	readonly epsilon?: number;
	/** What makes up for the coordinates that are left out. @default 'mean' */
	readonly normalization?: Normalization;
}

/**
Cautious AdamW: AdamW without the coordinates whose step would go against the gradient of the moment. Liang et al. 2024,
https://arxiv.org/abs/2411.16085. Weight decay is not masked.

Defaults are those of `AdamW`, as the paper advises, and the normalization is that of Wen et al. 2025
(https://arxiv.org/abs/2509.02046), who compare it; their optimum at 130 million parameters is
`preset('130m', 'cautious-adamw')`.

@example
```
const optimizer = new CautiousAdamW({learningRate: 3e-4, normalization: 'clamp'});
```
@throws TypeError, RangeError `ERR_SOPHIA_INVALID_ARGUMENT` for an option out of bounds or unknown.
*/
export class CautiousAdamW extends Optimizer {
	/** The options that are not given. */
	static readonly defaults: Required<CautiousAdamWOptions> = {
		learningRate: 6e-4,
		weightDecay: 0.1,
		decay: 'matrices+embeddings',
		beta1: 0.9,
		beta2: 0.95,
		epsilon: 1e-8,
		normalization: 'mean',
	};

	readonly name = 'cautious-adamw';
	/** Decay rate of the first moment, β₁. */
	readonly beta1: number;
	/** Decay rate of the second moment, β₂. */
	readonly beta2: number;
	/** Added to the root of the second moment, and to the mean of the mask, ε. */
	readonly epsilon: number;
	/** What makes up for the coordinates that are left out. */
	readonly normalization: Normalization;

	constructor(given: CautiousAdamWOptions = {}) {
		const options = withDefaults(given, CautiousAdamW.defaults);
		super(options);
		this.beta1 = inRange('beta1', options.beta1, 0, 1);
		this.beta2 = inRange('beta2', options.beta2, 0, 1);
		this.epsilon = positive('epsilon', options.epsilon);
		this.normalization = oneOf('normalization', options.normalization, normalizations);
		Object.freeze(this);
	}

	hyper(): Readonly<Record<string, number>> {
		const {beta1, beta2, epsilon, normalization} = this;
		return {beta1, beta2, epsilon, normalization: normalizationNumber(normalization)};
	}
}
