/**
The loss of the reference over data, and how much data a loss is worth: between what was measured, never beyond.

What is read off lies on the measured means themselves, made monotone, with a straight line in D^-B from one to the
next, where B is that of the power law through all of them. A curve that was fitted instead would be wrong wherever
the law is, most of all at its ends: the fit of arXiv 2509.02046 gives its own reference a speed-up of 1.24 one
measurement further on. And a line in ln D would be a chord above a curve that bends, so that between ratios a factor
of two apart it makes speed-ups B ln²2 / 8 too large, 3 % at B = 0.5: it is what is left with two ratios, which do not
tell B. With three the law goes through all of them, and so is as exact as they are.
*/
import {fitShared, type PowerLaw} from './powerlaw';

/** The mean of an optimizer's losses after some data. */
export interface Mean {
	/** D, in the unit of the others'. */
	readonly data: number;
	readonly loss: number;
	/** Of the mean; where not all are above 0 and finite, every mean counts the same. */
	readonly sigma: number;
}

/** A measured curve. */
export interface Curve {
	/** By data, with losses that never rise: where they did, their mean stands in both places. */
	readonly means: readonly Mean[];
	/** The power law through them; absent with fewer than three, or where they do not fall. */
	readonly law?: PowerLaw;
}

/** A number, or a bound of it where it lies beyond what was measured. */
export interface Bounded {
	readonly relation: '=' | '<' | '>';
	readonly value: number;
}

/** The curve of these means. Those of runs that diverged are no part of it. */
export function curveOf(means: readonly Mean[]): Curve {
	const measured = means.filter(({loss}) => Number.isFinite(loss)).sort((a, b) => a.data - b.data);
	const even = !measured.every(({sigma}) => sigma > 0 && sigma < Infinity);
	const weighted = measured.map((mean) => ({...mean, weight: even ? 1 : mean.sigma ** -2}));
	const law = fitShared([weighted]);
	return {means: falling(weighted), ...(law && {law})};
}

/**
The closest losses that never rise, by pooling of neighbours that do.

Ayer et al. 1955, "An empirical distribution function for sampling with incomplete information",
https://doi.org/10.1214/aoms/1177728423.
*/
function falling(means: readonly (Mean & {readonly weight: number})[]): Mean[] {
	const pools: {loss: number; weight: number; members: Mean[]}[] = [];
	for (const {weight, ...mean} of means) {
		let pool = {loss: mean.loss, weight, members: [mean]};
		for (let last = pools.at(-1); last !== undefined && last.loss < pool.loss; last = pools.at(-1)) {
			const both = last.weight + pool.weight;
			const loss = (last.weight * last.loss + pool.weight * pool.loss) / both;
			pool = {loss, weight: both, members: [...last.members, ...pool.members]};
			pools.pop();
		}
		pools.push(pool);
	}
	return pools.flatMap(({loss, members}) => members.map((mean) => ({...mean, loss})));
}

/** dL / d ln D there, at most 0: of the law, or of the line between two ratios; NaN outside what was measured. */
export function slope({means, law}: Curve, data: number): number {
	const next = means.findIndex((mean, i) => i > 0 && mean.data >= data);
	const [from, to] = [means[next - 1], means[next]];
	if (from === undefined || to === undefined || data < from.data) {
		return NaN;
	}
	const [alpha = NaN, exponent = NaN] = [law?.alphas[0], law?.exponents[0]];
	return law === undefined
		? (to.loss - from.loss) / Math.log(to.data / from.data)
		: -alpha * exponent * data ** -exponent;
}

/**
The data after which the reference has this loss. A loss that is worse than its first is worth less than the data of
that, one that is better than its last more than the data of that; where pooled losses make a step, its first end.
*/
export function effectiveData({means, law}: Curve, loss: number): Bounded {
	const [first, last] = [means[0], means.at(-1)];
	if (first === undefined || last === undefined || Number.isNaN(loss)) {
		return {relation: '=', value: NaN};
	}
	if (loss > first.loss || loss < last.loss) {
		return loss > first.loss ? {relation: '<', value: first.data} : {relation: '>', value: last.data};
	}
	const reached = means.findIndex((mean) => mean.loss <= loss);
	const [to = first, from = to] = [means[reached], means[reached - 1]];
	const part = from === to ? 0 : (from.loss - loss) / (from.loss - to.loss);
	return {relation: '=', value: between(from.data, to.data, part, law?.exponents[0] ?? 0)};
}

/** What lies a part of the way from one to another, in D^-B; in ln D where B is 0. */
function between(from: number, to: number, part: number, exponent: number): number {
	return exponent === 0
		? from * (to / from) ** part
		: (from ** -exponent * (1 - part) + to ** -exponent * part) ** (-1 / exponent);
}

/** How many times as much data the reference takes to the loss that somebody has after `data` of it. */
export function speedup(curve: Curve, loss: number, data: number): Bounded {
	const {relation, value} = effectiveData(curve, loss);
	return {relation, value: value / data};
}

/** Such as `1.25`, and `> 1.25` where it is a bound. */
export function describe({relation, value}: Bounded): string {
	const digits = value.toFixed(decimals);
	return relation === '=' ? digits : `${relation} ${digits}`;
}

const decimals = 2;
