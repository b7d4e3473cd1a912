/** Configurations that were tried, with their losses by seed. */
import type {Settings} from '../candidates/candidate';
import {canonical} from './regime';

/** A configuration and its losses. */
export interface Point {
	readonly settings: Settings;
	/** By seed; Infinity for a run that diverged, NaN for one that failed. */
	readonly losses: Readonly<Record<number, number>>;
}

/** The losses of configurations from a seed, in their order; NaN where the run failed. */
export type Evaluate = (settings: readonly Settings[], seed: number) => Promise<readonly number[]>;

/** What was tried. */
export class Tried {
	protected readonly points = new Map<string, {readonly settings: Settings; readonly losses: Record<number, number>}>();

	constructor(points: readonly Point[] = []) {
		for (const {settings, losses} of points) {
			this.points.set(canonical(settings), {settings, losses: {...losses}});
		}
	}

	/** The loss of a configuration from a seed; NaN where there is none. */
	loss(settings: Settings, seed: number): number {
		return this.points.get(canonical(settings))?.losses[seed] ?? NaN;
	}

	/** Whether the run was tried, whatever came of it. */
	has(settings: Settings, seed: number): boolean {
		return this.points.get(canonical(settings))?.losses[seed] !== undefined;
	}

	/** Everything that was tried. */
	all(): readonly Point[] {
		return [...this.points.values()];
	}
}

/** What is tried, within a budget of runs. Nothing is run twice. */
export class Points extends Tried {
	readonly #evaluate: Evaluate;
	#left: number;

	constructor(evaluate: Evaluate, budget: number) {
		super();
		this.#evaluate = evaluate;
		this.#left = budget;
	}

	/** Runs that may still be made. */
	get left(): number {
		return this.#left;
	}

	/**
	Makes those runs that were not made yet, as far as the budget goes, the first first.

	@param reserve runs that are left for others
	*/
	async try(settings: readonly Settings[], seed: number, reserve = 0): Promise<void> {
		const unknown = new Map(settings.map((each) => [canonical(each), each]));
		const wanted = [...unknown.values()]
			.filter((each) => !this.has(each, seed))
			.slice(0, Math.max(0, this.#left - reserve));
		this.#left -= wanted.length;
		const losses = await this.#evaluate(wanted, seed);
		wanted.forEach((each, i) => {
			const key = canonical(each);
			const point = this.points.get(key) ?? {settings: each, losses: {}};
			point.losses[seed] = losses[i] ?? NaN;
			this.points.set(key, point);
		});
	}
}
