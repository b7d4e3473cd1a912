/** Dropout, as the layers that have it are asked for it. */
import {inRange, integer, object, withDefaults} from '../check';
import {defaultSeed} from '../config';

/**
Dropout's mask: an element is kept with probability 1 − p, and divided by it. Which ones is a function of these numbers
and of the element's position alone: the backward pass is given the same, and meets the same mask.

Srivastava et al. 2014, https://jmlr.org/papers/v15/srivastava14a.html
*/
export interface Dropout {
	/** p, in [0, 1). */
	readonly probability: number;
	/** @default 1337 */
	readonly seed?: number;
	/** Of the optimizer, below 2³²: another step, another mask. @default 0 */
	readonly step?: number;
	/** Which part of the step's batch, below 2²⁴. @default 0 */
	readonly micro?: number;
	/** Which of a model's places that drop, below 2¹⁶: each needs a number of its own. @default 0 */
	readonly site?: number;
}

const defaults: Required<Dropout> = {probability: 0, seed: defaultSeed, step: 0, micro: 0, site: 0};

/** The numbers of the mask, or those of none. @throws TypeError, RangeError `ERR_SOPHIA_INVALID_ARGUMENT` */
export function dropoutNumbers(given: Dropout = defaults): Readonly<Record<string, number>> {
	const {probability, seed, step, micro, site} = withDefaults(object('dropout', given), defaults);
	return {
		dropout: inRange('dropout.probability', probability, 0, 1),
		seed: integer('dropout.seed', seed),
		step: integer('dropout.step', step, 0, 2 ** 32 - 1),
		micro: integer('dropout.micro', micro, 0, 2 ** 24 - 1),
		site: integer('dropout.site', site, 0, 2 ** 16 - 1),
	};
}
