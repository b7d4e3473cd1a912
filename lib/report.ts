/** What a run says after each step: the line that native code writes to `metrics.jsonl`, as an object. */

/** Times of a step, in milliseconds. */
export interface Milliseconds {
	readonly data: number;
	readonly forward: number;
	readonly backward: number;
	readonly step: number;
	readonly curvature: number;
	readonly evaluation: number;
	readonly checkpoint: number;
}

/** One step of a run. A loss that is not finite is NaN. */
export interface StepReport {
	/** Steps taken, this one included. */
	readonly step: number;
	/** Mean cross-entropy over all batches of the step, before its update, in nats per token. */
	readonly loss: number;
	/** The learning rate of the step. */
	readonly learningRate: number;
	/** Global L2 norm of the gradient, before clipping. */
	readonly gradientNorm: number;
	/** Whether the gradient was clipped. */
	readonly clipped: boolean;
	/** Part of all steps so far whose gradient was clipped. */
	readonly clipRate: number;
	/** The clipping scale of the step: ρ of Sophia-G, γ of Sophia-H, where they are moved too; 0 for other optimizers. */
	readonly rho: number;
	/** Part of the coordinates that Sophia does not clip, as of the last refresh of the curvature; 0 before the first. */
	readonly winRate: number;
	/**
	Part of the coordinates whose Hessian average is negative, as of the last refresh: Sophia-H takes steps of the
	momentum's sign there. 0 for estimates that cannot be negative.
	*/
	readonly negativeRate: number;
	/** Part of the coordinates whose update was not clipped in this step. */
	readonly unclipped: number;
	/** L1 norm of the Hessian's diagonal. */
	readonly hessianNorm: number;
	/** L2 norm of the Hessian's diagonal. */
	readonly hessianNorm2: number;
	/** L2 norm of the parameters. */
	readonly parameterNorm: number;
	/** L2 norm of the momentum. */
	readonly momentumNorm: number;
	/** Steps and refreshes so far that changed nothing because their gradient was not finite. */
	readonly skipped: number;
	/** Tokens trained on so far. */
	readonly tokens: number;
	readonly tokensPerSecond: number;
	/** Floating-point operations per second, counted from the model's shape. */
	readonly flops: number;
	readonly milliseconds: Milliseconds;
	/** Loss on the training shard, in nats per token, at a step that evaluates. */
	readonly trainLoss?: number;
	/** Loss on the validation shard, in nats per token, at a step that evaluates. */
	readonly validationLoss?: number;
	/** The lowest validation loss so far. */
	readonly bestValidationLoss?: number;
	/**
	At a step that refreshes the curvature: the part of the coordinates whose |m|/(ρ·B·h), before ρ was moved, lies in each
	of 64 half octaves, [2ᵏ, 1.5·2ᵏ) and [1.5·2ᵏ, 2ᵏ⁺¹) from 2⁻¹⁶ on; a coordinate at 1 or above is clipped. The first bin
	holds all that is smaller, the last all that is larger, or has no positive h.
	*/
	readonly ratioHistogram?: readonly number[];
	/** Advice, when the numbers look wrong, such as a win rate that stays 0. */
	readonly warning?: string;
}

/** JSON has no NaN: native code writes null for a number that is not finite. */
export function parseReport(line: string): StepReport {
	return JSON.parse(line, (_key, value: unknown) => (value === null ? NaN : value)) as StepReport;
}
