/** What proves that a configuration is tuned: its whole star was tried, and nothing that was tried is better beyond the noise. */
import type {Axis} from '../candidates/axes';
import type {Settings} from '../candidates/candidate';
import {meanOf} from './cell';
import type {Noise} from './noise';
import type {Tried} from './points';
import {neighbours} from './star';

/** How losses are held against each other. */
export interface Rules {
	/** By how much a value must be better, Δ₁. */
	readonly threshold: number;
	/** The seed that is searched with. */
	readonly seed: number;
	/** The seeds that near-best configurations are run from once more. */
	readonly fresh: readonly number[];
}

/** Smallest Δ₁ and Δ₂, for any noise and any number of seeds: those of Wen et al. 2025, https://arxiv.org/abs/2509.02046. */
const leastThreshold = 3e-3;
const leastNearness = 6.4e-3;

/** Δ₁, by how much a value must be better, and Δ₂, how far from the best counts as near-best. */
export const marginsOf = (noise: Pick<Noise, 'paired' | 'sigma'> | null | undefined) => ({
	threshold: Math.max(leastThreshold, 2 * (noise?.paired ?? 0)),
	nearness: Math.max(leastNearness, 3 * (noise?.sigma ?? 0)),
});

/** From those seeds of the search that it was run from. */
export function lossesOf(tried: Tried, settings: Settings, {seed, fresh}: Rules): readonly number[] {
	return [seed, ...fresh].filter((of) => tried.has(settings, of)).map((of) => tried.loss(settings, of));
}

/** Over the seeds that it was run from; NaN where a run failed. */
export function meanLoss(tried: Tried, settings: Settings, rules: Rules): number {
	const losses = lossesOf(tried, settings, rules);
	return losses.some(Number.isNaN) ? NaN : meanOf(losses);
}

/** Beyond the noise, on the seeds that both were run from, n of which have 1/√n of it. Anything is better than what failed. */
export function isBetter(tried: Tried, settings: Settings, than: Settings, rules: Rules): boolean {
	const both = [rules.seed, ...rules.fresh].filter((of) => tried.has(settings, of) && tried.has(than, of));
	const old = (of: number) => (Number.isNaN(tried.loss(than, of)) ? Infinity : tried.loss(than, of));
	const gain = both.reduce((sum, of) => sum + old(of) - tried.loss(settings, of), 0) / both.length;
	return gain > Math.max(leastThreshold, rules.threshold / Math.sqrt(both.length));
}

/** Settings along which the best may lie beyond: a neighbour was not tried, or failed, or is better. */
export function openEnds(tried: Tried, centre: Settings, axes: readonly Axis[], rules: Rules): readonly string[] {
	const isClosed = (beside: Settings) =>
		!Number.isNaN(tried.loss(beside, rules.seed)) && !isBetter(tried, beside, centre, rules);
	return axes.filter((axis) => !neighbours(centre, axis).every(isClosed)).map(({name}) => name);
}

/** Something that was tried and is better; undefined where nothing is. */
export function beaten(tried: Tried, centre: Settings, rules: Rules): Settings | undefined {
	return tried.all().find(({settings}) => isBetter(tried, settings, centre, rules))?.settings;
}
