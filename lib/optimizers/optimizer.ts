/**
What an optimizer is to the trainer: numbers for the formula of its name, which native code computes.

	θ ← (1 − ηλ) θ                decoupled decay, in the tensors that decay
	d ← direction(g, its state)   the formula of the optimizer; g is the gradient, clipped
	θ ← θ − η d                   η is the peak learning rate times the schedule's factor
*/
import {inspect, isDeepStrictEqual} from 'node:util';
import {boolean, count, fraction, instance, nonNegative, oneOf, positive} from '../check';
import {argumentError} from '../errors';
import type {Device} from '../device';
import {groupsOf, type ParameterGroup} from './groups';
import type {NamedNumbers} from './numbers';
import type {RoutedTensor, Route, Rule} from './routing';
import {OptimizerState} from './state';
import {winRates} from './winrates';

/** What every optimizer needs to know, whatever its direction. */
export interface OptimizerOptions {
	/** Peak learning rate η, above 0; the schedule multiplies it. @default `defaults.learningRate` of the class */
	readonly learningRate?: number;
	/** Decoupled weight decay λ, at least 0: θ ← (1 − ηλ) θ. @default `defaults.weightDecay` of the class */
	readonly weightDecay?: number;
	/**
	The tensors that decay. nanoGPT decays matrices and embeddings, the official Sophia code the matrices of the blocks
	only; a comparison of optimizers uses one of the two for all. Gains and biases decay where it is `all`, as in Scion,
	whose decay keeps them within a ball.

	@default 'matrices+embeddings', but for Scion
	*/
	readonly decay?: Decay;
}

/** Which tensors decay. */
export type Decay = 'matrices+embeddings' | 'matrices' | 'all';

/** Every `Decay`. */
export const decays = ['matrices+embeddings', 'matrices', 'all'] as const;

/** When an optimizer's picture of the Hessian's diagonal is refreshed, and on how much data. */
export interface Refresh {
	/** Steps between two refreshes, k. */
	readonly every: number;
	/**
	`after` the step on fresh data, as the official code does, or `before` it on the step's own batch, as the paper does.
	Without accumulation Sophia-G's refresh before the step shares its forward pass, dropout masks included: it costs the
	head once more and a backward pass.
	*/
	readonly timing: 'after' | 'before';
	/** Part of the batch that a refresh looks at, in (0, 1]. */
	readonly fraction: number;
}

/** The estimate of Sophia-G: the squared gradient at labels drawn from the model. */
export interface GaussNewtonBartlett extends Refresh {
	/** Which estimate it is. */
	readonly estimator: 'gnb';
	/** Global norm that the Hessian gradient is clipped to before it is squared; 0 does not clip. */
	readonly clip: number;
	/** Whether labels are drawn at `counted` positions only or at `all`, as the official code does. */
	readonly positions: 'counted' | 'all';
}

/** What the numbers of a probe are: N(0, 1), or −1 and 1. */
export type Distribution = 'gaussian' | 'rademacher';

/** Every distribution. */
export const distributions = ['gaussian', 'rademacher'] as const;

/** The estimate of Sophia-H: u ⊙ Hu for random vectors u. */
export interface Hutchinson extends Refresh {
	/** Which estimate it is. */
	readonly estimator: 'hutchinson';
	/** Signs have less variance than Gaussian numbers, which the paper has. */
	readonly distribution: Distribution;
	/** Vectors for each batch that goes through the model. */
	readonly probes: number;
}

/** How an optimizer's picture of the Hessian's diagonal is kept up to date. */
export type Curvature = GaussNewtonBartlett | Hutchinson;

/** How Sophia's clipping scale, ρ or γ, moves during a run. */
export interface ScaleOptions {
	/**
	The win rate, in [0.1, 0.5], that the scale is moved towards: after every refresh it becomes what would leave this
	part of the coordinates unclipped, at most ten times more or less than before. 0 leaves it as it is. Liu et al. 2023,
	section 3.1, choose a constant scale by hand so that the win rate is between 0.1 and 0.5.

	@default 0
	*/
	readonly targetWinRate?: number;
	/**
	Whether the scale falls to 0 along a cosine over the second half of the steps, as in the authors' runs of 1.5 billion
	parameters: in the end the steps are the sign of the momentum.

	@default false
	*/
	readonly anneal?: boolean;
}

/** The scale stays where it is. */
export const scaleDefaults: Required<ScaleOptions> = {targetWinRate: 0, anneal: false};

/** @throws TypeError, RangeError `ERR_SOPHIA_INVALID_ARGUMENT` */
export function checkScale({targetWinRate, anneal}: Required<ScaleOptions>): Required<ScaleOptions> {
	const target = nonNegative('targetWinRate', targetWinRate);
	const [low, high] = winRates;
	if (target !== 0 && (target < low || target > high)) {
		throw argumentError('range', `Expected \`targetWinRate\` to be 0, or in [${low}, ${high}], got \`${target}\``);
	}
	if (target !== 0 && boolean('anneal', anneal)) {
		throw argumentError('range', 'Expected `targetWinRate` or `anneal`, got both: one would undo the other');
	}
	return {targetWinRate: target, anneal: boolean('anneal', anneal)};
}

/** Checks what all estimates share. @throws TypeError, RangeError `ERR_SOPHIA_INVALID_ARGUMENT` */
export function checkRefresh({every, timing, fraction: part}: Refresh): Refresh {
	return {
		every: count('curvature.every', every),
		timing: oneOf('curvature.timing', timing, ['after', 'before']),
		fraction: fraction('curvature.fraction', part),
	};
}

/** An optimizer as JSON: its name and everything its constructor takes. */
export type OptimizerJson = {
	/** As in `--optimizer` and in checkpoints. */
	readonly name: string;
} & Readonly<Record<string, unknown>>;

/**
An optimizer as the trainer receives it: the name that the native registry knows and every number it asks for.
Optimizers are values: frozen, compared by `equals`, printed and serialised as what they are. They hold no memory; the
trainer owns their state.

@example
```
const optimizer = new SophiaG({rho: 0.05});
optimizer instanceof Optimizer; // true
JSON.stringify(optimizer); // '{"name":"sophia-g","learningRate":0.0006, ...'
```
*/
export abstract class Optimizer {
	/** As in `--optimizer` and in checkpoints. */
	abstract readonly name: string;
	/** Peak learning rate, η. */
	readonly learningRate: number;
	/** Decoupled weight decay, λ. */
	readonly weightDecay: number;
	/** The tensors that decay. */
	readonly decay: Decay;

	protected constructor(options: Required<OptimizerOptions>) {
		this.learningRate = positive('learningRate', options.learningRate);
		this.weightDecay = nonNegative('weightDecay', options.weightDecay);
		this.decay = oneOf('decay', options.decay, decays);
	}

	/** The name of the direction in the native registry. */
	get direction(): string {
		return this.name;
	}

	/** The hyperparameters of the direction, by the names in the native registry's `fields`. */
	abstract hyper(): Readonly<Record<string, number>>;

	/** Its own rule: the direction with its numbers. */
	get rule(): Rule {
		const {name, direction, learningRate, weightDecay} = this;
		return {name, direction, hyper: this.hyper(), learningRate, weightDecay};
	}

	/** What moves a tensor: its own rule, unless an optimizer says otherwise. */
	route(tensor: RoutedTensor): Route;
	route(): Route {
		return {rule: this.rule};
	}

	/** How the curvature is refreshed, or nothing for an optimizer that uses none. */
	refresh(): Curvature | undefined {
		return undefined;
	}

	/** How its clipping scale moves, for those that have one. */
	scaling(): Required<ScaleOptions> {
		return scaleDefaults;
	}

	/**
	Attaches the optimizer to tensors of a trainer of the caller's own: their state begins at zero, and `step` moves them in
	place.

	@param params tensors of `f32`, or arrays of the caller's, by name or in an order; or groups of them with hyperparameters
	of their own. Every tensor decays by its group's `weightDecay`: give gains and biases a group with 0. An optimizer that
	looks at matrices takes tensors of two dimensions and more for them; a group says what else they are (`role`, `outLast`)
	and which shapes arrays have.
	@param device @default that of the first tensor, else the CPU
	@example
	```
	const state = new AdamW().attach([
		{params: {weight}, weightDecay: 0.1},
		{params: {bias}, weightDecay: 0, learningRate: 1e-3},
	]);
	```
	@throws TypeError, RangeError `ERR_SOPHIA_INVALID_ARGUMENT`; SophiaError `ERR_SOPHIA_OUT_OF_MEMORY`
	*/
	attach(params: NamedNumbers | readonly ParameterGroup[], device?: Device): OptimizerState {
		return new OptimizerState(this, groupsOf(params), device);
	}

	/** The name and every option; `optimizerFromJson` makes the same optimizer of it again. */
	toJSON(): OptimizerJson {
		return {name: this.name, ...Object.fromEntries(Object.entries(this))};
	}

	/**
	Whether the other is the same optimizer with the same numbers.

	@throws TypeError `ERR_SOPHIA_INVALID_ARGUMENT` when it is no optimizer
	*/
	equals(other: Optimizer): boolean {
		return isDeepStrictEqual(this.toJSON(), instance('other', other, Optimizer, 'an Optimizer').toJSON());
	}

	/** The class and every number, in a line. */
	toString(): string {
		return inspect(this, {breakLength: Infinity});
	}
}
