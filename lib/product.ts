/** Products of the Hessian or the Gauss-Newton matrix with a vector: what one finds, and random vectors to take it with. */
import {integer, object, oneOf, withDefaults} from './check';
import {defaultSeed} from './config';
import {distributions, type Distribution} from './optimizers/optimizer';
import type {ParameterVector} from './vector';

/** A gradient, and the loss that it is of. */
export interface Gradient {
	/** Of the mean loss. */
	readonly gradient: ParameterVector;
	/** Mean cross-entropy over the positions that count, in nats per token. */
	readonly loss: number;
}

/** What a Hessian-vector or a Gauss-Newton-vector product finds in its one pass. */
export interface Product {
	/** Hu, or Gu. */
	readonly product: ParameterVector;
	/** uᵀHu, or uᵀGu, summed in double. */
	readonly quadratic: number;
	/** The slope of the loss along u: its gradient times u. */
	readonly slope: number;
	/** Mean cross-entropy over the positions that count, in nats per token. */
	readonly loss: number;
}

/** Where a probe comes from. */
export interface ProbeOptions {
	/** Signs have less variance than Gaussian numbers, which the paper has. @default 'rademacher' */
	readonly distribution?: Distribution;
	/** @default 1337 */
	readonly seed?: number;
	/** Below 2³²; another step, another probe. @default 0 */
	readonly step?: number;
}

const probeDefaults: Required<ProbeOptions> = {distribution: 'rademacher', seed: defaultSeed, step: 0};

/** The options with every number decided. @throws TypeError, RangeError `ERR_SOPHIA_INVALID_ARGUMENT` */
export function probeOptions(given: ProbeOptions): Required<ProbeOptions> {
	const options = withDefaults(object('options', given), probeDefaults);
	return {
		distribution: oneOf('distribution', options.distribution, distributions),
		seed: integer('seed', options.seed),
		step: integer('step', options.step, 0, 2 ** 32 - 1),
	};
}
