/** Runs that are compared: every optimizer, at every ratio, from the same fresh seeds. */
import {nameOf, parametersOf, tokensOf, type Job, type Regime} from './regime';
import {meanOf, type Cell} from './cell';
import type {Configured, Entry} from './entries';
import {curveParts, lossOf, type Run} from './job';
import {finalSeeds} from './seeds';
import type {Study} from './study';

/** What came of all runs. */
export interface Comparison {
	readonly entries: readonly Entry[];
	readonly regimes: readonly Regime[];
	readonly configured: readonly Configured[];
	readonly seeds: readonly number[];
	/** Named by the titles of the entries. */
	readonly cells: readonly Cell[];
	/** Runs that gave nothing: crashed or hung, twice each. */
	readonly failed: readonly string[];
	/** Mean curve of each entry in each regime, in twentieths of the steps; as long as all seeds reached. */
	readonly curves: readonly {readonly entry: Entry; readonly regime: Regime; readonly curve: readonly number[]}[];
}

/** Runs what was not run before. */
export async function compareAll(study: Study, configured: readonly Configured[], count: number): Promise<Comparison> {
	const seeds = finalSeeds(count);
	configured.forEach(({regime}) => study.expect(regime, count));
	const rows = await Promise.all(configured.map(async (each) => ({...each, ...(await runAll(study, each, seeds))})));
	return {
		entries: unique(
			configured.map(({entry}) => entry),
			({name}) => name,
		),
		regimes: unique(
			configured.map(({regime}) => regime),
			nameOf,
		),
		configured,
		seeds,
		cells: rows.map(({entry, regime, runs}) => cellOf(entry, regime, runs)),
		failed: rows.flatMap(({failed}) => failed),
		curves: rows.map(({entry, regime, runs}) => ({entry, regime, curve: meanCurve(runs)})),
	};
}

/** The runs of one, and what is to be said of those that failed. */
async function runAll(study: Study, each: Configured, seeds: readonly number[]) {
	const works = await study.fingerprint(each.regime, each.entry.candidate.name);
	const jobs = seeds.map((seed): Job => jobOf(each, seed));
	const runs = works === undefined ? seeds.map(() => undefined) : await study.runner.run(jobs);
	const failed = seeds
		.filter((_, i) => runs[i] === undefined)
		.map((seed) => `${each.entry.title}, ratio ${each.regime.ratio}, seed ${seed}`);
	return {runs: runs.filter((run) => run !== undefined), failed};
}

/** The first of each name, in order. */
const unique = <T>(list: readonly T[], nameOfOne: (of: T) => string): readonly T[] =>
	list.filter((each, i) => list.findIndex((other) => nameOfOne(other) === nameOfOne(each)) === i);

const jobOf = ({entry, regime, settings}: Configured, seed: number): Job => ({
	regime,
	optimizer: entry.candidate.name,
	settings,
	seed,
});

function cellOf({title}: Entry, regime: Regime, runs: readonly Run[]): Cell {
	return {
		optimizer: title,
		parameters: parametersOf(regime.shape),
		tokens: tokensOf(regime),
		ratio: regime.ratio,
		losses: new Map(runs.map((run) => [run.seed, lossOf(run)])),
	};
}

function meanCurve(runs: readonly Run[]): readonly number[] {
	const reached = runs.length === 0 ? 0 : Math.min(curveParts, ...runs.map(({curve}) => curve.length));
	return Array.from({length: reached}, (_, part) => meanOf(runs.map(({curve}) => curve[part] ?? NaN)));
}
