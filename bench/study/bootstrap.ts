/**
How far a number that is computed from means would move with other seeds: seeds are drawn anew, again and again, out of
those that were run.

Efron 1979, "Bootstrap methods: another look at the jackknife", https://doi.org/10.1214/aos/1176344552, with percentile
intervals. As it stands it is too narrow for few seeds, a fifth of the variance of five, and it knows no t. So of n seeds
n - 1 are drawn, which gives the mean the variance it has (Rao and Wu 1988,
https://doi.org/10.1080/01621459.1988.10478591), and the percentiles lie as far out as Student's quantile lies on the
normal distribution (Hesterberg 2015, https://doi.org/10.1080/00031305.2015.1089789, section 4.2).
*/
import {diverged, grouped, meanOf, regimeOf, type Cell, type Losses} from './cell';
import {confidence, type Interval} from './inference';
import {uniform} from './random';
import {studentQuantile, twoSided} from './student';

const {floor, sqrt} = Math;
const {isNaN} = Number;

/** How often, and from which number on, seeds are drawn. */
export interface Resampling {
	/** @default 2000 */
	readonly resamples?: number;
	/** The same one gives the same intervals. @default 0 */
	readonly seed?: number;
}

/** A number with its interval. */
export interface Estimate {
	/** Of all runs. */
	readonly value: number;
	/** Infinite where it depends on a cell with fewer than three seeds: of two it would be right two times in three. */
	readonly interval: Interval;
	/** The standard deviation over the resamples. */
	readonly deviation: number;
	/** The share of resamples that had no such number, and have no part in the interval. */
	readonly failed: number;
}

/** Numbers from the mean loss of each cell, in the order of the cells; NaN for one that cannot be had. */
export type Statistic = (means: readonly number[]) => readonly number[];

/**
Each number of a statistic, with its 95 % interval. Within a regime the same seeds are drawn for all optimizers, so that
what a seed does to all of them cancels; a cell that diverged is infinite in every resample.
*/
export function bootstrap(cells: readonly Cell[], statistic: Statistic, options: Resampling = {}): Estimate[] {
	const {resamples = 2000, seed = 0} = options;
	const regimes = regimesOf(cells);
	const drawn = drawMeans(cells, regimes, uniform(seed));
	const samples = Array.from({length: resamples}, () => statistic(drawn()));
	const freedom = regimes.reduce((sum, {seeds}) => sum + seeds.length - 1, 0);
	const values = statistic(cells.map(({losses}) => meanOf(losses.values())));
	return values.map((value, i) => {
		const numbers = samples.map((sample) => sample[i] ?? NaN).filter((number) => !isNaN(number));
		return {value, ...spreadOf(numbers, freedom), failed: 1 - numbers.length / resamples};
	});
}

interface Regime {
	/** Places of its cells. */
	readonly members: readonly number[];
	/** Those of any optimizer, as a run that is missing takes none from the others. */
	readonly seeds: readonly number[];
}

function regimesOf(cells: readonly Cell[]): Regime[] {
	return [...grouped(cells, regimeOf).values()].map((group) => ({
		members: group.map((cell) => cells.indexOf(cell)),
		seeds: [...new Set(group.flatMap(({losses}) => [...losses.keys()]))].sort((a, b) => a - b),
	}));
}

/** Draws seeds in each regime, and gives the means of all cells under them. */
function drawMeans(cells: readonly Cell[], regimes: readonly Regime[], next: () => number): () => number[] {
	const fixed = cells.map(({losses}) => (diverged(losses) ? Infinity : losses.size < leastSeeds ? NaN : undefined));
	return () => {
		const means = cells.map(() => NaN);
		for (const {members, seeds} of regimes) {
			const chosen = seeds.slice(1).map(() => seeds[floor(next() * seeds.length)] ?? NaN);
			for (const member of members) {
				means[member] = fixed[member] ?? meanUnder(cells[member]?.losses, chosen);
			}
		}
		return means;
	};
}

const leastSeeds = 3;

/** NaN where it has none of the seeds. */
function meanUnder(losses: Losses | undefined, seeds: readonly number[]): number {
	let [sum, count] = [0, 0];
	for (const seed of seeds) {
		const loss = losses?.get(seed);
		sum += loss ?? 0;
		count += loss === undefined ? 0 : 1;
	}
	return sum / count;
}

/** Percentiles are samples, the outer one of two between which they lie: so they may be infinite. */
function spreadOf(samples: readonly number[], freedom: number): {interval: Interval; deviation: number} {
	const sorted = [...samples].sort((a, b) => a - b);
	const tail = twoSided(studentQuantile((1 + confidence) / 2, freedom), Infinity) / 2;
	const place = floor(tail * (sorted.length - 1));
	const interval = {low: sorted[place] ?? -Infinity, high: sorted[sorted.length - 1 - place] ?? Infinity};
	const mean = samples.reduce((sum, sample) => sum + sample, 0) / samples.length;
	const squares = samples.reduce((sum, sample) => sum + (sample - mean) ** 2, 0);
	return {interval, deviation: sqrt(squares / (samples.length - 1))};
}
