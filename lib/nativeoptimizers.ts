/** The part of the boundary that is about optimizers: the registry, those of trainers and those over tensors. */
import type {NativeHessianTotals, NativeMemory} from './nativetensors';

/** An optimizer of the native registry: the names of its hyperparameters and of its state tensors. */
export interface NativeOptimizer {
	readonly name: string;
	readonly fields: readonly string[];
	readonly slots: readonly string[];
}

/** What moves the weights of a model: a rule, and others beside it. */
export interface NativeOptimizerChoice {
	readonly optimizer: string;
	/** By the names in the registry's `fields`. */
	readonly hyper: Readonly<Record<string, number>>;
	/** Rules 1, 2 and so on. */
	readonly others: readonly {
		readonly optimizer: string;
		readonly hyper: Readonly<Record<string, number>>;
		/** Times the learning rate of the step. */
		readonly rate: number;
		readonly weightDecay: number;
	}[];
	/** Of every parameter, in their order; none where rule 0 moves all of them undivided. */
	readonly routes: readonly {
		readonly rule: number;
		readonly parts: number;
		readonly block: number;
		readonly widths: Int32Array;
	}[];
}

/** A rule with its numbers, for the tensors that it moves. */
export interface NativeOptimizerSet {
	readonly optimizer: string;
	readonly hyper: Readonly<Record<string, number>>;
	readonly learningRate: number;
	readonly weightDecay: number;
}

/** How a tensor is divided, for rules that see more of it than numbers. */
export interface NativeDivision {
	/** Of the tensor, which lies row by row; a vector has one row. */
	readonly rows: number;
	readonly columns: number;
	/** Matrices side by side along the columns. */
	readonly parts: number;
	/** Whether outputs go along the columns. */
	readonly outLast: boolean;
	/** Numbers in a row that share a second moment; 0: the whole tensor. */
	readonly block: number;
	/** Or, of each part, how many columns share one; none: as `block` says. */
	readonly widths: Int32Array;
}

/** What an optimizer is attached to. */
export interface NativeOptimizerPlan {
	/** The rule that is the optimizer's own. */
	readonly optimizer: string;
	readonly sets: readonly NativeOptimizerSet[];
	/** Of every tensor: its set, its numbers, and how they are divided. */
	readonly setOf: Int32Array;
	readonly counts: Float64Array;
	readonly divisions: readonly NativeDivision[];
	/** Of every tensor: which random draws are its own. */
	readonly sites: Int32Array;
	/** 0 leaves ρ or γ as it is. */
	readonly targetWinRate: number;
}

export interface NativeStep {
	readonly finite: boolean;
	readonly gradientNorm: number;
	readonly coefficient: number;
	readonly unclipped: number;
	readonly parameterNorm: number;
	readonly momentumNorm: number;
}

export interface NativeRefresh extends NativeHessianTotals {
	readonly finite: boolean;
	readonly gradientNorm: number;
}

type Request<Result> = (...numbers: [first: number, scale: number, clip: number, flag: boolean]) => Result;

export interface NativeOptimizerState {
	/**
	Floats: the memory of each tensor, whose offset, count and, for `bf16`, 1 are the next three `extents`; or arrays of the
	caller's, who keeps them.
	*/
	place(tensors: readonly (NativeMemory | Float32Array)[], extents: Float64Array): void;
	/** The same, of floats or, in memory of the device, `bf16`. */
	placeGradients(gradients: readonly (NativeMemory | Float32Array)[], extents: Float64Array): void;
	setRates(set: number, learningRate: number, weightDecay: number): void;
	/** The factor of the learning rates, the gradient's scale and clip, and whether it is checked to be finite. */
	readonly step: Request<NativeStep>;
	readonly stepAsync: Request<Promise<NativeStep>>;
	/** The tokens, the gradient's scale and clip, and whether the estimate is the gradient's square. */
	readonly updateHessian: Request<NativeRefresh>;
	readonly updateHessianAsync: Request<Promise<NativeRefresh>>;
	/** What is kept of each tensor: so many numbers under the name of a slot. An entry is a place in this list. */
	state(): readonly {readonly tensor: number; readonly slot: string; readonly count: number}[];
	read(entry: number, to: Float32Array): void;
	write(entry: number, from: Float32Array): void;
	stateBytes(): number;
	/** Bytes of what a step computes with, beside the state. */
	workspace(): number;
	counters(): {steps: number; tokens: number; scale: number};
	setCounters(steps: number, tokens: number, scale: number): void;
	dispose(): void;
}
