/** An optimizer as the study sees it: where its search begins, what is searched, and what it costs beside a gradient. */
import type {OptimizerJson} from 'sophia-native';
import type {Axis} from './axes';

/**
Everything about a configuration that is searched, by name. `learningRate`, `weightDecay`, `warmup` (a part of the steps)
and `clip` (a global norm, 0 for none) everybody has; the others are the optimizer's own.
*/
export type Settings = Readonly<Record<string, number>> & {
	readonly learningRate: number;
	readonly weightDecay: number;
	readonly warmup: number;
	readonly clip: number;
};

/** An optimizer that takes part. A new one is a file in this folder and a line in `index.ts`. */
export interface Candidate {
	/** As the commands and all results call it. */
	readonly name: string;
	/** For tables. */
	readonly title: string;
	/** How it moves a matrix: by its elements, or as a whole. */
	readonly family: 'scalar' | 'matrix';
	/** Beside the optimizers that are compared: a reference that nobody expects to win. */
	readonly baseline?: boolean;
	/** Where the search begins: what was published. */
	readonly published: Settings;
	/** Who published it. */
	readonly source: string;
	/** What is searched, in the order of the search; its grid holds the published value. */
	readonly axes: readonly Axis[];
	/** The optimizer of a configuration. */
	readonly optimizer: (of: Settings) => OptimizerJson;
	/** What it computes beside the gradient of a step's tokens, in such gradients. */
	readonly extra: (of: Settings) => number;
}

/** Computes nothing but the gradient. */
export const nothing = () => 0;

/**
Who published most others: the study's best at its smallest size and amount of data. Its schedules differ by optimizer, and
here everybody has one; its warm-ups were 1000 and 2000 of 5120 steps.
*/
export const optimum =
	'the optimum of a Llama of 130M parameters and 20 tokens for each, Wen et al. 2025, arXiv 2509.02046';
