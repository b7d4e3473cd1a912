/** A regime: the model, the data and the course that all optimizers are compared in. Its numbers are part of every result. */
import type {Candidate, Settings} from '../candidates/candidate';

/** The shape of the models of a study; the vocabulary is the data's. */
export interface Shape {
	readonly layers: number;
	readonly heads: number;
	readonly width: number;
}

/** What is trained, on what and how long; nothing in it depends on the optimizer. */
export interface Regime {
	readonly shape: Shape;
	/** Tokens to train on, in twenties of the parameters without embeddings: 1 is the ratio of Hoffmann et al. 2022. */
	readonly ratio: number;
	/** Sequences in a step, and tokens in a sequence. */
	readonly batch: number;
	readonly length: number;
	readonly vocabulary: number;
	/** Of the tokens of both shards: the same text in another place is the same regime. */
	readonly data: string;
	/** How the learning rate goes, which decays to nothing before the loss is measured. */
	readonly schedule: typeof schedule;
}

/** The course of everybody: a linear warm-up, then a cosine that ends at 0. */
export const schedule = 'cosine to 0';

/** Hoffmann et al. 2022, https://arxiv.org/abs/2203.15556: about 20 tokens for each parameter. */
const tokensPerParameter = 20;

/** Parameters in the blocks' matrices, N: embeddings, gains and biases are not counted. */
export function parametersOf({layers, width}: Shape): number {
	return 12 * layers * width * width;
}

/** Steps of a run. */
export function stepsOf({shape, ratio, batch, length}: Regime): number {
	return Math.max(1, Math.round((tokensPerParameter * ratio * parametersOf(shape)) / (batch * length)));
}

/** Tokens that a run trains on, D. */
export function tokensOf(regime: Regime): number {
	return stepsOf(regime) * regime.batch * regime.length;
}

/** For tables: `2x48-r1`. */
export function nameOf({shape: {layers, width}, ratio}: Regime): string {
	return `${layers}x${width}-r${ratio}`;
}

/** For names of files: `2x48-r1-4x64`. */
export function fileOf(regime: Regime): string {
	return `${nameOf(regime)}-${regime.batch}x${regime.length}`;
}

/** The same for another number of tokens. */
export const withRatio = (regime: Regime, ratio: number): Regime => ({...regime, ratio});

/** The same for a number of steps. */
export function withSteps(regime: Regime, steps: number): Regime {
	const {shape, batch, length} = regime;
	return withRatio(regime, (steps * batch * length) / (tokensPerParameter * parametersOf(shape)));
}

/** A run: one configuration of one optimizer in one regime, from one seed. */
export interface Job {
	readonly regime: Regime;
	readonly optimizer: string;
	readonly settings: Settings;
	/** Of the weights, the order of the data and all that is drawn: those of equal seeds see the same batches. */
	readonly seed: number;
	/** Only so many steps of the course are taken, and the loss of each is kept; after the last, the loss as always. */
	readonly steps?: number;
}

/** The published configuration with some other values. */
export const configure = ({published}: Candidate, changes: Partial<Settings> = {}): Settings =>
	({...published, ...changes}) as Settings;

/** An object as JSON, with its keys in one order, at every depth. */
export function canonical(value: unknown): string {
	return JSON.stringify(value, (_key, inner: unknown) =>
		typeof inner === 'object' && inner !== null && !Array.isArray(inner)
			? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
			: inner,
	);
}
