/** What a run says after each step: the line that native code writes to `metrics.jsonl`, as an object. */
import {got} from './check';
import {SophiaError} from './errors';

/** Times of a step, in milliseconds. */
export interface Milliseconds {
	/** Batches are read. */
	readonly data: number;
	/** The losses are computed. */
	readonly forward: number;
	/** The gradients are. */
	readonly backward: number;
	/** The parameters are moved. */
	readonly step: number;
	/** The picture of the Hessian is refreshed; a forward pass that the step shares is counted here. */
	readonly curvature: number;
	/** The losses on both shards are measured. */
	readonly evaluation: number;
	/** The run is written to its directory. */
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
	/** Tokens of the step over its time. */
	readonly tokensPerSecond: number;
	/** Floating-point operations per second, counted from the model's shape. */
	readonly flops: number;
	/** Where the time went. */
	readonly milliseconds: Milliseconds;
	/** Loss on the training shard, in nats per token, at a step that evaluates. */
	readonly trainLoss?: number;
	/** Loss on the validation shard, in nats per token, at a step that evaluates. */
	readonly validationLoss?: number;
	/** The lowest validation loss so far. */
	readonly bestValidationLoss?: number;
	/**
	At a step that refreshes the curvature: the part of the coordinates whose |m|/(ρ·B·h), before ρ was moved, lies in each
	of 63 half octaves, [2ᵏ, 1.5·2ᵏ) and [1.5·2ᵏ, 2ᵏ⁺¹) from 2⁻¹⁶ on; a coordinate at 1 or above is clipped. The first
	holds all that is smaller, the last all that is larger. A 64th is the part without a positive h, which no ρ reaches.
	*/
	readonly ratioHistogram?: readonly number[];
	/** Advice, when the numbers look wrong, such as a win rate that stays 0. */
	readonly warning?: string;
}

/** JSON has no NaN: native code writes null for a number that is not finite. */
export function parseReport(line: string): StepReport {
	return JSON.parse(line, (_key, value: unknown) => (value === null ? NaN : value)) as StepReport;
}

/**
A line of a file that may be of another version, or nobody's: an object that counts its step. What else it holds is for
whoever looks at it to check.

@param place where it stands, for the message
@throws SophiaError `ERR_SOPHIA_FORMAT` when it is none
*/
export function checkedReport(line: string, place: string): StepReport {
	let report: unknown;
	try {
		report = parseReport(line);
	} catch {
		report = line;
	}
	const {step} = (typeof report === 'object' ? report : {}) as Partial<StepReport>;
	if (!Number.isSafeInteger(step) || Number(step) < 1) {
		throw new SophiaError('ERR_SOPHIA_FORMAT', `Expected the report of a step in ${place}, ${got(report)}`);
	}
	return report as StepReport;
}

/**
The numbers of a report, by path: `loss`, `milliseconds.forward`. Numbers that are not finite are there, as NaN;
everything that is no number is not.
*/
export function numbersOf(report: object, path = ''): [path: string, value: number][] {
	return Object.entries(report).flatMap(([name, value]: [string, unknown]): [string, number][] => {
		if (typeof value === 'number') {
			return [[path + name, value]];
		}
		const nested = path === '' && typeof value === 'object' && value !== null && !Array.isArray(value);
		return nested ? numbersOf(value, `${name}.`) : [];
	});
}
