/**
Cautious Lion. Liang et al. 2024. https://arxiv.org/abs/2411.16085

	u ← the direction of Lion, sign(β₁ m + (1 − β₁) g)
	d ← u · 1[u g > 0] · f        f makes up for what the mask left out, tensor by tensor: see `Normalization`
*/
import {inRange, oneOf, withDefaults} from '../check';
import {normalizationNumber, normalizations, type Normalization} from './cautious';
import {Optimizer, type OptimizerOptions} from './optimizer';

/** What a `CautiousLion` is made of. */
export interface CautiousLionOptions extends OptimizerOptions {
	/** Weight of the momentum in the direction, β₁, in [0, 1). @default 0.95 */
	readonly beta1?: number;
	/** Decay rate of the momentum, β₂, in [0, 1). @default 0.98 */
	readonly beta2?: number;
	/** What makes up for the coordinates that are left out. @default 'clamp' */
	readonly normalization?: Normalization;
}

/**
Cautious Lion: Lion without the coordinates whose step would go against the gradient of the moment. Liang et al. 2024,
https://arxiv.org/abs/2411.16085. Weight decay is not masked.

Defaults are those of `Lion`; the normalization is that of the authors' code (github.com/kyleliang919/C-Optim), because
nobody else publishes this one.

@example
```
const optimizer = new CautiousLion({learningRate: 1e-4});
```
@throws TypeError, RangeError `ERR_SOPHIA_INVALID_ARGUMENT` for an option out of bounds or unknown.
*/
export class CautiousLion extends Optimizer {
	/** The options that are not given. */
	static readonly defaults: Required<CautiousLionOptions> = {
		learningRate: 1e-4,
		weightDecay: 0.2,
		decay: 'matrices+embeddings',
		beta1: 0.95,
		beta2: 0.98,
		normalization: 'clamp',
	};

	readonly name = 'cautious-lion';
	/** Weight of the momentum in the direction, β₁. */
	readonly beta1: number;
	/** Decay rate of the momentum, β₂. */
	readonly beta2: number;
	/** What makes up for the coordinates that are left out. */
	readonly normalization: Normalization;

	constructor(given: CautiousLionOptions = {}) {
		const options = withDefaults(given, CautiousLion.defaults);
		super(options);
		this.beta1 = inRange('beta1', options.beta1, 0, 1);
		this.beta2 = inRange('beta2', options.beta2, 0, 1);
		this.normalization = oneOf('normalization', options.normalization, normalizations);
		Object.freeze(this);
	}

	hyper(): Readonly<Record<string, number>> {
		const {beta1, beta2, normalization} = this;
		return {beta1, beta2, normalization: normalizationNumber(normalization)};
	}
}
