/** Rules that optimizers of matrices have beside their own, for the tensors that are none: AdamW, and a momentum's sign. */
import {inRange, nonNegative, object, positive, withDefaults} from '../check';
import type {Rule} from './routing';

/** What every rule beside an optimizer's own needs to know. */
export interface SideOptions {
	/** Peak learning rate η of these tensors, above 0; the schedule multiplies it as it does the optimizer's. */
	readonly learningRate?: number;
	/** Decoupled weight decay λ of these tensors, at least 0. @default the optimizer's own */
	readonly weightDecay?: number | undefined;
}

/** AdamW for some tensors. */
export interface SideAdamWOptions extends SideOptions {
	/** Decay rate of the first moment, β₁, in [0, 1). */
	readonly beta1?: number;
	/** Decay rate of the second moment, β₂, in [0, 1). */
	readonly beta2?: number;
	/** Added to the root of the second moment, ε, above 0. */
	readonly epsilon?: number;
}

/** The sign of an average of gradients, for some tensors. */
export interface SideSignOptions extends SideOptions {
	/** Decay rate of the average, in [0, 1). */
	readonly beta1?: number;
}

/** A rule beside an optimizer's own, with every number decided but the decay, which may be that of the optimizer. */
export interface Side {
	/** Peak learning rate, η. */
	readonly learningRate: number;
	/** Decoupled weight decay, λ; undefined: the optimizer's own. */
	readonly weightDecay: number | undefined;
}

/** AdamW for some tensors, with its numbers. */
export interface SideAdamW extends Side {
	/** Decay rate of the first moment, β₁. */
	readonly beta1: number;
	/** Decay rate of the second moment, β₂. */
	readonly beta2: number;
	/** Added to the root of the second moment, ε. */
	readonly epsilon: number;
}

/** The sign of an average of gradients for some tensors, with its numbers. */
export interface SideSign extends Side {
	/** Decay rate of the average. */
	readonly beta1: number;
}

/** @throws TypeError, RangeError `ERR_SOPHIA_INVALID_ARGUMENT` */
export function checkAdamW(given: SideAdamWOptions, defaults: SideAdamW): SideAdamW {
	const options = withDefaults<SideAdamW>(object('adamw', given), defaults);
	return Object.freeze({
		...checkRates('adamw', options),
		beta1: inRange('adamw.beta1', options.beta1, 0, 1),
		beta2: inRange('adamw.beta2', options.beta2, 0, 1),
		epsilon: positive('adamw.epsilon', options.epsilon),
	});
}

/** @throws TypeError, RangeError `ERR_SOPHIA_INVALID_ARGUMENT` */
export function checkSign(given: SideSignOptions, defaults: SideSign): SideSign {
	const options = withDefaults<SideSign>(object('sign', given), defaults);
	return Object.freeze({...checkRates('sign', options), beta1: inRange('sign.beta1', options.beta1, 0, 1)});
}

function checkRates(
	name: string,
	{learningRate, weightDecay}: {learningRate: number; weightDecay: number | undefined},
) {
	return {
		learningRate: positive(`${name}.learningRate`, learningRate),
		weightDecay: weightDecay === undefined ? undefined : nonNegative(`${name}.weightDecay`, weightDecay),
	};
}

/** @param own the optimizer's own decay */
export function adamwRule({learningRate, weightDecay, beta1, beta2, epsilon}: SideAdamW, own: number): Rule {
	const hyper = {beta1, beta2, epsilon};
	return {name: 'adamw', direction: 'adamw', hyper, learningRate, weightDecay: weightDecay ?? own};
}

/** Lion's direction with one decay rate for both of its averages. @param own the optimizer's own decay */
export function signRule({learningRate, weightDecay, beta1}: SideSign, own: number): Rule {
	return {name: 'sign', direction: 'lion', hyper: {beta1, beta2: beta1}, learningRate, weightDecay: weightDecay ?? own};
}
