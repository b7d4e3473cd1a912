/**
What samples of losses say: intervals of means, differences paired by seed, and verdicts over a family of them.

Two runs with the same seed met the same initial values and batches, so their difference has less noise than either.
*/
import {diverged, type Losses} from './cell';
import {studentQuantile, twoSided} from './student';

/** Where a number lies, as far as is known: infinite ends say that nothing bounds it. */
export interface Interval {
	readonly low: number;
	readonly high: number;
}

/** In how many families, where there is no effect, one may be claimed: the level of every test. */
export const level = 0.05;

/** The confidence of every interval. */
export const confidence = 1 - level;

/** A sample. */
export interface Summary {
	readonly count: number;
	/** NaN of none, and Infinity where a run diverged. */
	readonly mean: number;
	/** The standard deviation of one run; NaN of fewer than two, or where a run diverged. */
	readonly deviation: number;
	/** Of the mean, by Student's t. */
	readonly interval: Interval;
}

/** Of what nothing is known. */
export const everywhere: Interval = {low: -Infinity, high: Infinity};

/**
Mean, standard deviation, and the 95 % interval of the mean by Student's t (Student 1908).

One run bounds nothing: its interval is infinite. Nor do runs that are all alike, as R's `t.test` refuses them: seeds
that change nothing are one run, told several times.
*/
export function summarize(sample: Iterable<number>): Summary {
	const losses = [...sample];
	const count = losses.length;
	if (!losses.every(Number.isFinite)) {
		return {count, mean: Infinity, deviation: NaN, interval: everywhere};
	}
	const mean = losses.reduce((sum, loss) => sum + loss, 0) / count;
	const squares = losses.reduce((sum, loss) => sum + (loss - mean) ** 2, 0);
	const deviation = count < 2 ? NaN : Math.sqrt(squares / (count - 1));
	if (count < 2 || isConstant(deviation, losses)) {
		return {count, mean, deviation, interval: everywhere};
	}
	const reach = (studentQuantile((1 + confidence) / 2, count - 1) * deviation) / Math.sqrt(count);
	return {count, mean, deviation, interval: {low: mean - reach, high: mean + reach}};
}

/** Whether a spread is no more than what rounding leaves of numbers of this size. */
function isConstant(deviation: number, numbers: readonly number[]): boolean {
	return deviation <= 10 * Number.EPSILON * Math.max(...numbers.map(Math.abs));
}

/** What a candidate's loss is more than the reference's, seed by seed: less than 0 is better. */
export interface Difference extends Summary {
	/** Two-sided, of the paired t-test: how likely such a difference is where there is none. */
	readonly p: number;
	/** Why p and the interval are not those of a t-test. */
	readonly doubt?: 'one seed' | 'no spread' | 'candidate diverged' | 'reference diverged' | 'both diverged';
}

/**
The paired difference over the seeds that both have (the paired t-test of Student 1908).

Where a run diverged, its loss is infinite, and a t-test has nothing to say: p is NaN. With a single seed, and where the
difference is the same under all seeds, p is 1.
*/
export function pairedDifference(candidate: Losses, reference: Losses): Difference {
	const seeds = [...candidate.keys()].filter((seed) => reference.has(seed));
	const of = (losses: Losses) => new Map(seeds.map((seed) => [seed, losses.get(seed) ?? NaN]));
	const [lost, won] = [diverged(of(candidate)), diverged(of(reference))];
	if (lost || won) {
		const doubt = lost && won ? 'both diverged' : lost ? 'candidate diverged' : 'reference diverged';
		const mean = lost && won ? NaN : lost ? Infinity : -Infinity;
		return {count: seeds.length, mean, deviation: NaN, interval: everywhere, p: NaN, doubt};
	}
	const differences = seeds.map((seed) => (candidate.get(seed) ?? NaN) - (reference.get(seed) ?? NaN));
	const losses = [...candidate.values(), ...reference.values()].filter(Number.isFinite);
	const summary = summarize(differences);
	if (seeds.length < 2 || isConstant(summary.deviation, losses)) {
		return {...summary, interval: everywhere, p: 1, doubt: seeds.length < 2 ? 'one seed' : 'no spread'};
	}
	const t = (summary.mean / summary.deviation) * Math.sqrt(seeds.length);
	return {...summary, p: twoSided(t, seeds.length - 1)};
}

/** The standard deviation of the difference of two runs: with seeds of their own, and under the same seed. */
export interface DifferenceNoise {
	readonly unpaired: number;
	readonly paired: number;
}

/** √(s₁² + s₂²) beside the spread of the differences: what pairing by seed is worth. NaN where runs are missing. */
export function differenceNoise(candidate: Losses, reference: Losses): DifferenceNoise {
	const unpaired = Math.hypot(summarize(candidate.values()).deviation, summarize(reference.values()).deviation);
	return {unpaired, paired: pairedDifference(candidate, reference).deviation};
}

/**
Adjusted p-values of a family, in its order: where those below a level are taken for effects, the chance that any of
them is none is below the level, however the tests depend on each other.

Holm 1979, "A simple sequentially rejective multiple test procedure", Scandinavian Journal of Statistics 6, 65-70.
*/
export function holm(family: readonly number[]): number[] {
	const known = family.map((p) => (Number.isNaN(p) ? 1 : p));
	const order = known.map((_p, i) => i).sort((a, b) => (known[a] ?? 1) - (known[b] ?? 1));
	const adjusted = known.map(() => 1);
	order.reduce((least, place, rank) => {
		const p = Math.min(1, Math.max(least, (known.length - rank) * (known[place] ?? 1)));
		adjusted[place] = p;
		return p;
	}, 0);
	return adjusted;
}

/** What a difference comes to in its family. */
export interface Judgement extends Difference {
	/** p after Holm's correction. */
	readonly adjusted: number;
	/**
	A tie is no proof that two are the same, only that these runs do not tell them apart. Where a run diverged that is the
	verdict: how many did is told beside it, and whether one of five is worse than a loss, the reader decides.
	*/
	readonly verdict: 'better' | 'worse' | 'tie' | 'diverged';
}

/**
Judges every candidate of a family against the reference. What is no tie has an interval without 0; the converse
does not hold, as the interval is of one difference and the verdict of one in a family.
*/
export function judge<Name>(family: ReadonlyMap<Name, Difference>): Map<Name, Judgement> {
	const adjusted = holm([...family.values()].map(({p}) => p));
	return new Map(
		[...family].map(([name, difference], i) => {
			const p = adjusted[i] ?? 1;
			return [name, {...difference, adjusted: p, verdict: verdictOf(difference, p)}];
		}),
	);
}

function verdictOf({mean, p}: Difference, adjusted: number): Judgement['verdict'] {
	if (Number.isNaN(p)) {
		return 'diverged';
	}
	return adjusted < level ? (mean < 0 ? 'better' : 'worse') : 'tie';
}

/** How often an effect that is there shall be seen. */
const power = 0.8;

/** What a comparison is planned with. */
export interface Plan {
	/** σ of the loss of one run, in nats per token; where seeds are paired, that of their difference over √2. */
	readonly sigma: number;
	/** κ = |dL/d ln D| of the reference there. */
	readonly slope: number;
	/** In tokens: 1.1 is a tenth fewer for the same loss. */
	readonly speedup: number;
}

/**
Seeds of each optimizer with which a speed-up is seen four times in five: n ≥ 2 (2.8 σ / (κ ln s))², at least the two
that an interval takes. It counts σ as known: with fewer than about five, take one or two more.

2.8 is what 95 % confidence and 80 % power add up to, as in Cohen 1988, "Statistical Power Analysis", 2.4.
*/
export function requiredSeeds({sigma, slope, speedup}: Plan): number {
	const reach = studentQuantile((1 + confidence) / 2, Infinity) + studentQuantile(power, Infinity);
	const effect = Math.abs(slope * Math.log(speedup));
	const seeds = sigma === 0 ? 0 : 2 * ((reach * sigma) / effect) ** 2;
	return Math.max(2, Math.ceil(seeds));
}
