/** A row of a table: what everybody's turns on one case came to, and the ratios of them. */
import type {Answer, Case} from './protocol';
import type {Outcome} from './rounds';
import {median, ratios, spread, type Spread} from './statistics';

/** How far apart the quartiles of a ceiling lie on a machine that is left alone. */
const mostMoved = 1.2;

/** What follows the name of a row that was disturbed, and what it means. */
export const disturbance = ' ~';
export const disturbanceNote = '~ somebody else was at work: the peak moved between rounds, and the row means little';

/** One row, measured. */
export class Race {
	/** By contender. */
	readonly outcomes: ReadonlyMap<string, Outcome>;

	constructor(
		readonly name: string,
		readonly of: Case,
		outcomes: Iterable<readonly [string, Outcome]>,
	) {
		this.outcomes = new Map(outcomes);
	}

	/** Seconds of a run in the middle of the rounds; undefined for somebody who has none. */
	seconds(who: string): number | undefined {
		const {seconds = []} = this.outcomes.get(who) ?? {};
		return seconds.length === 0 ? undefined : median(seconds);
	}

	/** How often as fast one is as the other; undefined where one of them has no time. */
	speedup(who: string, other: string): Spread | undefined {
		const [own, theirs] = [who, other].map((name) => this.outcomes.get(name)?.seconds ?? []);
		return own?.length && theirs?.length ? ratios(theirs, own) : undefined;
	}

	/** The optimizer's part of somebody's steps; undefined where it was not told. */
	own(who: string): Spread | undefined {
		const {own = [], seconds = []} = this.outcomes.get(who) ?? {};
		return own.length === 0 ? undefined : ratios(own, seconds);
	}

	/** The part of a ceiling that somebody reaches, by the operations or bytes of a run of each. */
	share(who: string, work: number, ceiling: string, most: number): Spread | undefined {
		const speedup = this.speedup(who, ceiling);
		const times = (x: number) => (x * work) / most;
		return speedup && {low: times(speedup.low), middle: times(speedup.middle), high: times(speedup.high)};
	}

	/** Whether the ceiling moved between rounds: somebody else was at work, and ratios mean little. */
	disturbed(ceiling: string): boolean {
		const {low, high} = spread(this.outcomes.get(ceiling)?.seconds ?? []);
		return high / low > mostMoved;
	}

	/** The fastest of them. */
	best(names: readonly string[]): string | undefined {
		const timed = names.flatMap((name) => {
			const seconds = this.seconds(name);
			return seconds === undefined ? [] : [{name, seconds}];
		});
		return timed.sort((a, b) => a.seconds - b.seconds)[0]?.name;
	}

	/** The same without the times of those whose facts are wrong beside ours. @param judge why, or undefined */
	without(judge: (theirs: Answer, ours: Answer) => string | undefined): Race {
		const ours = this.outcomes.get('ours')?.facts ?? {};
		const checked = [...this.outcomes].map(([name, outcome]) => {
			const reason = outcome.reason ?? judge(outcome.facts, ours);
			return [name, reason === undefined ? outcome : {facts: outcome.facts, seconds: [], reason}] as const;
		});
		return new Race(this.name, this.of, checked);
	}

	/** For programs. */
	toJSON(): object {
		return {name: this.name, of: this.of, outcomes: Object.fromEntries(this.outcomes)};
	}
}

/** `0.93 (0.91–0.95)`: the median and its quartiles. */
export function shown(spread: Spread | undefined, digits = 2): string {
	if (spread === undefined) {
		return '-';
	}
	const [low, middle, high] = [spread.low, spread.middle, spread.high].map((x) => x.toFixed(digits));
	return `${middle} (${low}–${high})`;
}

/** A number with so many digits behind the point, or `-`. */
export function digits(x: number | undefined, count: number): string {
	return x === undefined || Number.isNaN(x) ? '-' : x.toFixed(count);
}
