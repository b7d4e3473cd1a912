/**
Sophia-G. Liu et al. 2023, Algorithms 2 and 3. https://arxiv.org/abs/2305.14342

	m ← β₁ m + (1 − β₁) g
	d ← sign(m) · min(|m| / (ρ B h + ε), 1)        the official form, with B tokens in the Hessian gradient ĝ
	d ← clip(m / max(ρ B h, ε), 1)                 the paper's, where ρ is called γ
	h ← β₂ h + (1 − β₂) ĝ²                         every k steps; ĝ is the gradient at labels drawn from the model
*/
import {inRange, nonNegative, object, oneOf, positive, withDefaults} from '../check';
import {
	checkRefresh,
	checkScale,
	Optimizer,
	scaleDefaults,
	type GaussNewtonBartlett,
	type OptimizerOptions,
	type ScaleOptions,
} from './optimizer';

/**
The denominator of Sophia-G, with B the number of tokens averaged in the Hessian gradient, which the trainer counts.

- `official`: ρ·B·h + ε, as in the authors' code (github.com/Liuhong99/Sophia, `sophia.py`).
- `paper`: max(ρ·B·h, ε), Algorithm 3, where ρ is called γ.
*/
export type SophiaForm = 'official' | 'paper';

/** What a `SophiaG` is made of. */
export interface SophiaGOptions extends OptimizerOptions, ScaleOptions {
	/** The denominator. @default 'official' */
	readonly form?: SophiaForm;
	/** Decay rate of the momentum, β₁, in [0, 1). @default 0.965 */
	readonly beta1?: number;
	/** Decay rate of the Hessian average, β₂, in [0, 1). @default 0.99 */
	readonly beta2?: number;
	/**
	Clipping scale ρ, above 0: the larger, the fewer coordinates are clipped. Choose it so that 10 to 50 % of them are
	not (`winRate` in the reports).

	@default 0.04
	*/
	readonly rho?: number;
	/** ε, above 0. @default 1e-15 in the official form, 1e-12 in the paper's */
	readonly epsilon?: number;
	/**
	How the Hessian average is kept up to date; a part of it stands over the default.

	@default {every: 10, timing: 'after', fraction: 1, clip: 0, positions: 'counted'}
	*/
	readonly curvature?: Partial<GaussNewtonBartlett>;
}

/** ε of each form: additive in the authors' code, a floor in the paper's. */
const epsilons = {official: 1e-15, paper: 1e-12} as const;

/**
Sophia-G: clipped momentum, preconditioned by a Gauss–Newton–Bartlett estimate of the Hessian's diagonal.
Liu et al. 2023, Algorithms 2 and 3. https://arxiv.org/abs/2305.14342

Defaults are those of the official code (`sophia.py`) and, for η and λ, of its GPT-2 125M configuration.

@example
```
const optimizer = new SophiaG({learningRate: 6e-4, rho: 0.05, curvature: {every: 10}});
```
@throws TypeError, RangeError `ERR_SOPHIA_INVALID_ARGUMENT` for an option out of bounds or unknown.
*/
export class SophiaG extends Optimizer {
	/** The options that are not given; ε follows from the form. */
	static readonly defaults: Required<Omit<SophiaGOptions, 'epsilon' | 'curvature'>> & {
		/** Undefined: that of the form. */
		readonly epsilon: number | undefined;
		/** The refresh of the official code. */
		readonly curvature: GaussNewtonBartlett;
	} = {
		learningRate: 6e-4,
		weightDecay: 0.2,
		decay: 'matrices+embeddings',
		form: 'official',
		beta1: 0.965,
		beta2: 0.99,
		rho: 0.04,
		...scaleDefaults,
		epsilon: undefined,
		curvature: {estimator: 'gnb', every: 10, timing: 'after', fraction: 1, clip: 0, positions: 'counted'},
	};

	readonly name = 'sophia-g';
	/** The denominator. */
	readonly form: SophiaForm;
	/** Decay rate of the momentum, β₁. */
	readonly beta1: number;
	/** Decay rate of the Hessian average, β₂. */
	readonly beta2: number;
	/** Clipping scale, ρ. */
	readonly rho: number;
	/** Added to the denominator or its floor, ε. */
	readonly epsilon: number;
	/** How the Hessian average is kept up to date. */
	readonly curvature: GaussNewtonBartlett;
	/** What ρ is moved towards; 0 leaves it. */
	readonly targetWinRate: number;
	/** Whether ρ falls to 0 over the second half of the steps. */
	readonly anneal: boolean;

	constructor(given: SophiaGOptions = {}) {
		const options = withDefaults(given, SophiaG.defaults);
		super(options);
		this.form = oneOf('form', options.form, ['official', 'paper']);
		this.beta1 = inRange('beta1', options.beta1, 0, 1);
		this.beta2 = inRange('beta2', options.beta2, 0, 1);
		this.rho = positive('rho', options.rho);
		({targetWinRate: this.targetWinRate, anneal: this.anneal} = checkScale(options));
		this.epsilon = positive('epsilon', options.epsilon ?? epsilons[this.form]);
		this.curvature = Object.freeze(checkCurvature(options.curvature));
		Object.freeze(this);
	}

	override get direction() {
		return this.form === 'official' ? 'sophia-g' : 'sophia';
	}

	hyper(): Readonly<Record<string, number>> {
		const {form, beta1, beta2, rho, epsilon} = this;
		return {beta1, beta2, [form === 'official' ? 'rho' : 'gamma']: rho, epsilon};
	}

	override refresh() {
		return this.curvature;
	}

	override scaling(): Required<ScaleOptions> {
		return {targetWinRate: this.targetWinRate, anneal: this.anneal};
	}
}

function checkCurvature(given: Partial<GaussNewtonBartlett>): GaussNewtonBartlett {
	const options = withDefaults(object('curvature', given), SophiaG.defaults.curvature);
	return {
		estimator: oneOf('curvature.estimator', options.estimator, ['gnb']),
		...checkRefresh(options),
		clip: nonNegative('curvature.clip', options.clip),
		positions: oneOf('curvature.positions', options.positions, ['counted', 'all']),
	};
}
