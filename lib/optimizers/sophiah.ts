import {count, inRange, object, oneOf, positive, withDefaults} from '../check';
import {
	checkRefresh,
	checkScale,
	distributions,
	Optimizer,
	scaleDefaults,
	type Hutchinson,
	type OptimizerOptions,
	type ScaleOptions,
} from './optimizer';

export interface SophiaHOptions extends OptimizerOptions, ScaleOptions {
	/** Decay rate of the momentum, β₁, in [0, 1). @default 0.965 */
	readonly beta1?: number;
	/** Decay rate of the Hessian average, β₂, in [0, 1). @default 0.99 */
	readonly beta2?: number;
	/**
	Clipping scale γ, above 0: the larger, the fewer coordinates are clipped. Choose it so that 10 to 50 % of them are
	not (`winRate` in the reports).

	@default 0.01
	*/
	readonly gamma?: number;
	/** Floor ε of the denominator, above 0. @default 1e-12 */
	readonly epsilon?: number;
	/** @default {every: 10, timing: 'before', fraction: 1, distribution: 'rademacher', probes: 1} */
	readonly curvature?: Partial<Hutchinson>;
}

/**
Sophia-H: clipped momentum, preconditioned by Hutchinson's estimate of the Hessian's diagonal, which exact
Hessian-vector products give. Liu et al. 2023, Algorithms 1 and 3. https://arxiv.org/abs/2305.14342

The step is clip(m / max(γ·h, ε), 1). Where the estimate is negative, ε takes its place and the step is the sign of the
momentum; `negativeRate` in the reports says where. Defaults are the paper's, with signs for its Gaussian probes (the same
mean, less variance); β₁, η and λ are those of the official code. The paper refreshes on 32 of 480 sequences: fraction 1/15.

@example
```
const optimizer = new SophiaH({learningRate: 6e-4, curvature: {every: 10, fraction: 0.25}});
```
@throws TypeError, RangeError `ERR_SOPHIA_INVALID_ARGUMENT` for an option out of bounds or unknown.
*/
export class SophiaH extends Optimizer {
	/** The options that are not given. */
	static readonly defaults: Required<Omit<SophiaHOptions, 'curvature'>> & {
		/** The paper's refresh, with signs for its Gaussian probes. */
		readonly curvature: Hutchinson;
	} = {
		learningRate: 6e-4,
		weightDecay: 0.2,
		decay: 'matrices+embeddings',
		beta1: 0.965,
		beta2: 0.99,
		gamma: 0.01,
		...scaleDefaults,
		epsilon: 1e-12,
		curvature: {
			estimator: 'hutchinson',
			every: 10,
			timing: 'before',
			fraction: 1,
			distribution: 'rademacher',
			probes: 1,
		},
	};

	readonly name = 'sophia-h';
	/** Decay rate of the momentum, β₁. */
	readonly beta1: number;
	/** Decay rate of the Hessian average, β₂. */
	readonly beta2: number;
	/** Clipping scale, γ. */
	readonly gamma: number;
	/** The floor of the denominator, ε. */
	readonly epsilon: number;
	/** How the Hessian average is kept up to date. */
	readonly curvature: Hutchinson;
	/** What γ is moved towards; 0 leaves it. */
	readonly targetWinRate: number;
	/** Whether γ falls to 0 over the second half of the steps. */
	readonly anneal: boolean;

	constructor(given: SophiaHOptions = {}) {
		const options = withDefaults(given, SophiaH.defaults);
		super(options);
		this.beta1 = inRange('beta1', options.beta1, 0, 1);
		this.beta2 = inRange('beta2', options.beta2, 0, 1);
		this.gamma = positive('gamma', options.gamma);
		({targetWinRate: this.targetWinRate, anneal: this.anneal} = checkScale(options));
		this.epsilon = positive('epsilon', options.epsilon);
		this.curvature = Object.freeze(checkCurvature(options.curvature));
		Object.freeze(this);
	}

	override get direction() {
		return 'sophia';
	}

	hyper(): Readonly<Record<string, number>> {
		const {beta1, beta2, gamma, epsilon} = this;
		return {beta1, beta2, gamma, epsilon};
	}

	override refresh() {
		return this.curvature;
	}

	override scaling(): Required<ScaleOptions> {
		return {targetWinRate: this.targetWinRate, anneal: this.anneal};
	}
}

function checkCurvature(given: Partial<Hutchinson>): Hutchinson {
	const options = withDefaults(object('curvature', given), SophiaH.defaults.curvature);
	return {
		estimator: oneOf('curvature.estimator', options.estimator, ['hutchinson']),
		...checkRefresh(options),
		distribution: oneOf('curvature.distribution', options.distribution, distributions),
		probes: count('curvature.probes', options.probes),
	};
}
