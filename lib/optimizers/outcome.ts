/** What the steps and refreshes of an attached optimizer are asked, and what they did. */
import type {NativeRefresh, NativeStep} from '../nativeoptimizers';

/** How a gradient is taken. */
export interface GradientOptions {
	/** What it is multiplied by first: a trainer with a loss scale gives its inverse. @default 1 */
	readonly scale?: number;
	/** The global norm that it is clipped to after that; 0 does not clip. @default 0 */
	readonly clip?: number;
}

/** How a step is made. */
export interface StepOptions extends GradientOptions {
	/** What the learning rates of all groups are multiplied by, as a schedule does. @default 1 */
	readonly factor?: number;
	/**
	Whether a gradient that is not finite leaves everything as it is (`skipped`). It costs a pass over the gradient, which
	clipping pays for anyway; without it such a gradient ends in the parameters.

	@default true
	*/
	readonly checked?: boolean;
}

/** What a step did. */
export interface StepOutcome {
	/** The gradient was not finite: nothing was changed, and the step does not count. */
	readonly skipped: boolean;
	/** L2 norm of the gradient after the scale and before the clip; 0 where neither `checked` nor `clip` asked for it. */
	readonly gradientNorm: number;
	/** What the clip multiplied it by. */
	readonly clip: number;
	/** The part of the coordinates whose step was not clipped; 0 for optimizers that do not clip. */
	readonly winRate: number;
	/** L2 norm of all parameters after the step; 0 where it was skipped. */
	readonly parameterNorm: number;
	/** L2 norm of the momentum; 0 where the step was skipped. */
	readonly momentumNorm: number;
}

/** How the Hessian's diagonal is refreshed. */
export interface HessianOptions extends GradientOptions {
	/**
	How many predictions the sampled loss is the mean of, B: required for Sophia-G, whose average of ĝ² lacks this factor
	until the step brings it in. Sophia-H has none. Liu et al. 2023, Algorithm 2, https://arxiv.org/abs/2305.14342
	*/
	readonly tokens?: number;
}

/** What a refresh found. */
export interface HessianOutcome {
	/** The estimate was not finite: nothing was changed. */
	readonly skipped: boolean;
	/** L2 norm of what was given, after the scale and before the clip. */
	readonly gradientNorm: number;
	/** The part of the coordinates with |m| below the clipping threshold of the new h: 0.1 to 0.5 is where ρ is right. */
	readonly winRate: number;
	/** The part of the coordinates with h < 0, which take steps of the momentum's sign. */
	readonly negativeRate: number;
	/** Σ|h|. */
	readonly l1: number;
	/** √Σh². */
	readonly l2: number;
	/** Which part of the coordinates lies in each bin of |m| over its threshold: half octaves, bin 32 begins at 1. */
	readonly ratios: readonly number[];
}

const gradientDefaults: Required<GradientOptions> = {scale: 1, clip: 0};
export const stepDefaults: Required<StepOptions> = {...gradientDefaults, factor: 1, checked: true};
export const hessianDefaults: Required<GradientOptions> & {readonly tokens: number | undefined} = {
	...gradientDefaults,
	tokens: undefined,
};

/** In the words of the interface. */
export function outcomeOf({finite, gradientNorm, coefficient, unclipped, ...norms}: NativeStep): StepOutcome {
	return {skipped: !finite, gradientNorm, clip: coefficient, winRate: unclipped, ...norms};
}

/** In the words of the interface. */
export function refreshOf({finite, ...rest}: NativeRefresh): HessianOutcome {
	return {skipped: !finite, ...rest};
}
