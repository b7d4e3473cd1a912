// Studies whose answer is known, with the noise of seeds in them.
import type {Cell, Losses} from '../../../bench/study/cell';
import {uniform} from '../../../bench/study/random';

const {PI, cos, log, sqrt} = Math; // looked up once: every global of a test costs a third of a microsecond

/** Normal deviates (Box and Muller 1958). */
export function normal(seed: number): () => number {
	const next = uniform(seed);
	return () => sqrt(-2 * log(1 - next())) * cos(2 * PI * next());
}

/** What is planted: the curve of the reference, and how many times as far each optimizer gets with a token. */
export interface Planted {
	readonly efficiencies: Readonly<Record<string, (ratio: number) => number>>;
	/** @default [1, 2, 4, 8] */
	readonly ratios?: readonly number[];
	/** @default 5 */
	readonly seeds?: number;
	/** σ of one run. @default 0.003 */
	readonly sigma?: number;
	/** The part of a run's variance that is the seed's, whichever the optimizer. @default 0.5 */
	readonly shared?: number;
	/** @default 55,296 */
	readonly parameters?: number;
}

/** The curve of AdamW that the study has at 130 M parameters, over the ratio of tokens to parameters. */
export const curve = (ratio: number) => 3.111 + 0.418 * ratio ** -0.494;

/** The cells of a study, drawn anew for each `draw`. */
export function plant(draw: number, planted: Planted): Cell[] {
	const {ratios = [1, 2, 4, 8], seeds = 5, sigma = 0.003, shared = 0.5, parameters = 55_296} = planted;
	const next = normal(draw);
	return ratios.flatMap((ratio) => {
		const common = Array.from({length: seeds}, () => sigma * sqrt(shared) * next());
		return Object.entries(planted.efficiencies).map(([optimizer, efficiency]) => {
			const loss = curve(efficiency(ratio) * ratio);
			const losses = new Map(common.map((x, seed) => [seed, loss + x + sigma * sqrt(1 - shared) * next()]));
			return {optimizer, parameters, tokens: 20 * parameters * ratio, ratio, losses};
		});
	});
}

/** Losses under seeds 0, 1, ... */
export const sample = (...losses: number[]): Losses => new Map(losses.map((loss, seed) => [seed, loss]));

/** The same efficiency at every ratio. */
export const constantly = (efficiency: number) => () => efficiency;
