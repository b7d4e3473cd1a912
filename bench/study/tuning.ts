/**
Coordinate descent by stars, as in Wen et al. 2025, https://arxiv.org/abs/2509.02046, section 3: one setting at a time, a
new value only where it is better beyond the noise, until none is; with what the study's reviewers missed: a beginning that
is searched for as well, pairs of coupled settings, grids that are extended where the best is at an end, and near-best
configurations once more from fresh seeds.
*/
import type {Axis} from '../candidates/axes';
import type {Settings} from '../candidates/candidate';
import {Points, type Evaluate, type Point} from './points';
import {beaten, isBetter, lossesOf, meanLoss, openEnds, type Rules} from './proof';
import {uniform} from './random';
import {canonical} from './regime';
import {changed, diagonals, line, neighbours, starOf, type Ray} from './star';

/** How a search goes. */
export interface Search extends Rules {
	readonly begin: Settings;
	/** Other places to begin at: the best of all is taken. @default none */
	readonly beside?: readonly Settings[];
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
	/** How far from the best counts as near-best, Δ₂. */
	readonly nearness: number;
}

/** What a search found. */
export interface Tuned {
	readonly best: Settings;
	/** Mean over the seed of the search and those fresh ones that it was run from. */
	readonly loss: number;
	readonly star: readonly Ray[];
	/** Settings along which the best may lie beyond: its star is not whole there, or better there. */
	readonly edges: readonly string[];
	readonly points: readonly Point[];
	readonly runs: number;
}

/** Settings that act together with the learning rate: neighbours in both are tried. */
const coupled = [
	...['weightDecay', 'warmup', 'beta1', 'beta2', 'clip', 'rho', 'gamma', 'momentum'],
	...['ratio', 'maxNorm', 'preconditionerRate'],
];
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
	/** Runs kept for the star in the end, and for another where that finds something better. */
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
		this.#last = Math.min(4 * search.axes.length, Math.floor(search.budget / 3));
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
	}

	/** Begins at the best of the places that were given, and of those that were drawn. */
	async #scatter(): Promise<void> {
		const {begin, beside = [], axes, seed, scattered = 0} = this.#search;
		const draw = ({grid}: Axis) => grid[Math.floor(grid.length * this.#random())];
		const drawn = Array.from({length: scattered}, () =>
			axes.reduce((settings, axis) => changed(settings, axis.name, draw(axis)) ?? settings, begin),
		);
		const all = [begin, ...beside, ...drawn];
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
		const best = this.#proven();
		return {
			best,
			loss: meanLoss(this.#points, best, this.#search),
			star: starOf(this.#points.all(), best, axes, seed),
			edges: openEnds(this.#points, best, axes, this.#search),
			points: this.#points.all(),
			runs: budget - this.#points.left,
		};
	}

	/** The centre, or a configuration near the best whose star is whole where the centre's is not: as good, as in the study. */
	#proven(): Settings {
		const {axes} = this.#search;
		const isProven = (each: Settings) =>
			openEnds(this.#points, each, axes, this.#search).length === 0 &&
			beaten(this.#points, each, this.#search) === undefined;
		return [this.#centre, ...this.#near()].find(isProven) ?? this.#centre;
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

	/** Tries configurations, and takes the best that is better beyond the noise. @param reserve runs kept for later */
	async #moveTo(settings: readonly Settings[], reserve = this.#last + this.#fresh): Promise<boolean> {
		await this.#points.try(settings, this.#search.seed, reserve);
		const better = settings.filter((each) => isBetter(this.#points, each, this.#centre, this.#search));
		const best = this.#best(better);
		if (best === undefined) {
			return false;
		}
		this.#left.add(canonical(this.#centre));
		this.#centre = best;
		return true;
	}

	/** Of those that were tried and went well. */
	#best(settings: readonly Settings[]): Settings | undefined {
		return [...settings]
			.filter((each) => this.#loss(each) < Infinity && !this.#left.has(canonical(each)))
			.sort((a, b) => this.#loss(a) - this.#loss(b))[0];
	}

	#loss(settings: Settings): number {
		return this.#points.loss(settings, this.#search.seed);
	}

	/** Other configurations that are near-best, the best first. */
	#near(): readonly Settings[] {
		const most = this.#loss(this.#centre) + this.#search.nearness;
		return this.#points
			.all()
			.map(({settings}) => settings)
			.filter((settings) => canonical(settings) !== canonical(this.#centre) && this.#loss(settings) <= most)
			.sort((a, b) => this.#loss(a) - this.#loss(b));
	}

	/** Near-best configurations from fresh seeds: the best by the mean is the centre. @returns whether to settle again */
	async #recheck(): Promise<boolean> {
		const {fresh} = this.#search;
		const affordable = Math.floor((this.#points.left - this.#last) / Math.max(1, fresh.length));
		const near = [this.#centre, ...this.#near()].slice(0, Math.max(1, Math.min(finalists, affordable)));
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

	/**
	The star, with the runs that were kept for it; then what is left goes into whole grids, for the pictures. Where
	something is better, once more around that.
	*/
	async #complete(): Promise<void> {
		const {axes, seed} = this.#search;
		const star = () => axes.flatMap((axis) => neighbours(this.#centre, axis));
		const grids = () => axes.flatMap((axis) => line(this.#centre, axis));
		for (const around of [star, () => [...star(), ...grids()]]) {
			do {
				await this.#points.try(around(), seed);
			} while (await this.#moveTo(this.#points.all().map(({settings}) => settings)));
		}
	}

	/** Over all seeds of the search; Infinity where one is missing, or failed. */
	#mean(settings: Settings): number {
		const isWhole = lossesOf(this.#points, settings, this.#search).length > this.#search.fresh.length;
		const mean = isWhole ? meanLoss(this.#points, settings, this.#search) : Infinity;
		return Number.isNaN(mean) ? Infinity : mean;
	}
}
