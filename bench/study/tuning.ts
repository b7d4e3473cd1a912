/**
Coordinate descent by stars, as in Wen et al. 2025, https://arxiv.org/abs/2509.02046, section 3: one setting at a time, a
new value only where it is better beyond the noise, until none is; with what the study's reviewers missed: a beginning that
is searched for as well, pairs of coupled settings, grids that are extended where the best is at an end, and near-best
configurations once more from fresh seeds.
*/
import type {Axis} from '../candidates/axes';
import type {Settings} from '../candidates/candidate';
import {meanOf} from './cell';
import {Points, type Evaluate, type Point} from './points';
import {uniform} from './random';
import {canonical} from './regime';
import {changed, diagonals, line, neighbours, starOf, type Ray} from './star';

/** How a search goes. */
export interface Search {
	readonly begin: Settings;
	/** What is searched, in that order. */
	readonly axes: readonly Axis[];
	/**
	Configurations drawn from the grids, all settings at once, that are tried first: the descent begins at the best of them
	and of `begin`. One setting at a time, or two, no search leaves a valley in which three would have to move together.

	@default 0, for a search that begins where another ended
	*/
	readonly scattered?: number;
	/** Runs, at most: as many for every optimizer. */
	readonly budget: number;
	/** By how much a value must be better, Δ₁. */
	readonly threshold: number;
	/** How far from the best counts as near-best, Δ₂. */
	readonly nearness: number;
	/** The seed that is searched with. */
	readonly seed: number;
	/** The seeds that near-best configurations are run from once more. */
	readonly fresh: readonly number[];
}

/** What a search found. */
export interface Tuned {
	readonly best: Settings;
	/** Mean over the seed of the search and those fresh ones that it was run from. */
	readonly loss: number;
	readonly star: readonly Ray[];
	/**
	Settings along which the best may lie beyond: a neighbour of it is better, or there is no near-best configuration both
	of whose neighbours were tried. What is near-best is as good a centre of a star as the best is, as in the study.
	*/
	readonly edges: readonly string[];
	readonly points: readonly Point[];
	readonly runs: number;
}

/** Settings that act together with the learning rate: neighbours in both are tried. */
const coupled = ['weightDecay', 'warmup', 'beta1', 'beta2', 'clip', 'rho', 'gamma', 'momentum'];
/** A setting is moved in one of so many cases. */
const hop = 2;
/** How many near-best configurations are run from fresh seeds. */
const finalists = 6;

/** Searches. @throws what `evaluate` does */
export async function tune(search: Search, evaluate: Evaluate): Promise<Tuned> {
	const descent = new Descent(search, evaluate);
	await descent.descend();
	return descent.result();
}

class Descent {
	readonly #search: Search;
	readonly #points: Points;
	/** Runs kept for the star in the end. */
	readonly #last: number;
	/** Runs kept for the fresh seeds, until they were. */
	#fresh: number;
	/** Configurations that were left for better ones: there is no way back to them but by the mean over seeds. */
	readonly #left = new Set<string>();
	#centre: Settings;
	readonly #random = uniform(0);

	constructor(search: Search, evaluate: Evaluate) {
		this.#search = search;
		this.#points = new Points(evaluate, search.budget);
		this.#last = Math.min(2 * search.axes.length, Math.floor(search.budget / 4));
		this.#fresh = Math.min(finalists * search.fresh.length, Math.floor(search.budget / 4));
		this.#centre = search.begin;
	}

	/** From where it is to begin, then from places near the best, until the budget is used. */
	async descend(): Promise<void> {
		await this.#scatter();
		await this.#converge();
		for (let left = Infinity; this.#points.left > this.#last && this.#points.left < left;) {
			left = this.#points.left;
			const best = this.#centre;
			this.#centre = this.#nearby();
			await this.#converge();
			this.#centre = this.#mean(this.#centre) < this.#mean(best) ? this.#centre : best;
		}
		await this.#complete();
		await this.#fill();
	}

	/** Begins at the best of what was drawn. */
	async #scatter(): Promise<void> {
		const {begin, axes, seed, scattered = 0} = this.#search;
		const draw = ({grid}: Axis) => grid[Math.floor(grid.length * this.#random())];
		const drawn = Array.from({length: scattered}, () =>
			axes.reduce((settings, axis) => changed(settings, axis.name, draw(axis)) ?? settings, begin),
		);
		const all = [begin, ...drawn];
		await this.#points.try(all, seed, this.#last + this.#fresh);
		this.#centre = this.#best(all) ?? begin;
	}

	/** Until nothing is better, by the seed of the search and by the fresh ones. */
	async #converge(): Promise<void> {
		await this.#points.try([this.#centre], this.#search.seed, this.#last);
		let left;
		do {
			left = this.#points.left;
			await this.#settle();
			this.#fresh = 0;
		} while ((await this.#recheck()) && this.#points.left < left);
	}

	/** The best with some settings moved by a step: from there another descent may end elsewhere. */
	#nearby(): Settings {
		return this.#search.axes.reduce((settings, axis) => {
			const beside = neighbours(settings, axis);
			return beside[Math.floor(hop * beside.length * this.#random())] ?? settings;
		}, this.#centre);
	}

	result(): Tuned {
		const {axes, seed, budget} = this.#search;
		const points = this.#points.all();
		const losses = this.#losses(this.#centre);
		return {
			best: this.#centre,
			loss: losses.some(Number.isNaN) ? NaN : meanOf(losses),
			star: starOf(points, this.#centre, axes, seed),
			edges: axes.filter((axis) => this.#isEdge(axis)).map(({name}) => name),
			points,
			runs: budget - this.#points.left,
		};
	}

	/** Until no neighbour, in one setting or in two, is better. */
	async #settle(): Promise<void> {
		do {
			while (await this.#sweep()) {
				// once more around
			}
		} while (await this.#moveTo(this.#pairs()));
	}

	/** All settings in turn. @returns whether one has a new value */
	async #sweep(): Promise<boolean> {
		let moved = false;
		for (const axis of this.#search.axes) {
			while (await this.#moveTo(neighbours(this.#centre, axis))) {
				moved = true;
			}
		}
		return moved;
	}

	#pairs(): readonly Settings[] {
		const [rate, ...others] = this.#search.axes;
		const partners = others.filter(({name}) => coupled.includes(name));
		return rate?.name === 'learningRate' ? partners.flatMap((each) => diagonals(this.#centre, rate, each)) : [];
	}

	/** Tries configurations, and takes the best if it is better beyond the noise. @param reserve runs kept for later */
	async #moveTo(settings: readonly Settings[], reserve = this.#last + this.#fresh): Promise<boolean> {
		await this.#points.try(settings, this.#search.seed, reserve);
		const best = this.#best(settings);
		if (best === undefined || !this.#isBetter(best)) {
			return false;
		}
		this.#left.add(canonical(this.#centre));
		this.#centre = best;
		return true;
	}

	/** Beyond the noise, on the seeds that both were run from, n of which have 1/√n of it. */
	#isBetter(settings: Settings): boolean {
		const {seed, fresh, threshold} = this.#search;
		const both = [seed, ...fresh].filter((of) => this.#points.has(settings, of) && this.#points.has(this.#centre, of));
		const gains = both.map((of) => this.#points.loss(this.#centre, of) - this.#points.loss(settings, of));
		const gain = gains.reduce((sum, each) => sum + each, 0) / both.length;
		return gain > threshold / Math.sqrt(both.length);
	}

	/** Of those that were tried and went well. */
	#best(settings: readonly Settings[]): Settings | undefined {
		const loss = (each: Settings) => this.#points.loss(each, this.#search.seed);
		return settings
			.filter((each) => loss(each) < Infinity && !this.#left.has(canonical(each)))
			.sort((a, b) => loss(a) - loss(b))[0];
	}

	/** Near-best configurations from fresh seeds: the best by the mean is the centre. @returns whether to settle again */
	async #recheck(): Promise<boolean> {
		const {seed, fresh, nearness} = this.#search;
		const loss = (settings: Settings) => this.#points.loss(settings, seed);
		const here = loss(this.#centre);
		const others = this.#points
			.all()
			.map(({settings}) => settings)
			.filter((settings) => canonical(settings) !== canonical(this.#centre) && loss(settings) <= here + nearness)
			.sort((a, b) => loss(a) - loss(b));
		const affordable = Math.floor((this.#points.left - this.#last) / Math.max(1, fresh.length));
		const near = [this.#centre, ...others].slice(0, Math.max(1, Math.min(finalists, affordable)));
		for (const each of fresh) {
			await this.#points.try(near, each);
		}
		const winner = [...near].sort((a, b) => this.#mean(a) - this.#mean(b))[0];
		if (winner === undefined || !(this.#mean(winner) < this.#mean(this.#centre))) {
			return false;
		}
		this.#centre = winner;
		return this.#sweep();
	}

	/** The star, with the runs that were kept for it; where one of its points is better, once more around that. */
	async #complete(): Promise<void> {
		const star = () => this.#search.axes.flatMap((axis) => neighbours(this.#centre, axis));
		while (await this.#moveTo(star(), 0)) {
			// around the better one
		}
	}

	/** What is left of the budget goes into whole grids, for the pictures. */
	async #fill(): Promise<void> {
		const {axes, seed} = this.#search;
		await this.#points.try(
			axes.flatMap((axis) => line(this.#centre, axis)),
			seed,
		);
	}

	/** From those seeds of the search that it was run from. */
	#losses(settings: Settings): readonly number[] {
		const {seed, fresh} = this.#search;
		const seeds = [seed, ...fresh].filter((of) => this.#points.has(settings, of));
		return seeds.map((of) => this.#points.loss(settings, of));
	}

	/** Over all seeds of the search; Infinity where one is missing, or failed. */
	#mean(settings: Settings): number {
		const losses = this.#losses(settings);
		return losses.length > this.#search.fresh.length ? meanOf(losses) : Infinity;
	}

	/** Unless both neighbours of a near-best configuration were tried, and none of the best's own is better. */
	#isEdge(axis: Axis): boolean {
		const {seed, nearness} = this.#search;
		const least = this.#points.loss(this.#centre, seed);
		const near = this.#points.all().filter(({losses}) => Number(losses[seed]) <= least + nearness);
		const isTried = (settings: Settings) => neighbours(settings, axis).every((each) => this.#points.has(each, seed));
		const isLower = neighbours(this.#centre, axis).some((each) => this.#isBetter(each));
		return isLower || !near.some(({settings}) => isTried(settings));
	}
}
