/** What several parts of one step or refresh found, as one. */
import type {HessianOutcome, StepOutcome} from '../optimizers/outcome';

/** What a part of so many numbers found. */
export interface Found<Outcome> {
	readonly size: number;
	readonly outcome: Outcome;
}

const root = (values: readonly number[]) => Math.hypot(...values);
const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

/** The mean over all numbers. */
function mean<Outcome>(parts: readonly Found<Outcome>[], value: (outcome: Outcome) => number): number {
	return sum(parts.map(({size, outcome}) => size * value(outcome))) / sum(parts.map(({size}) => size));
}

/** Steps of several parts as one. */
export function stepOf(parts: readonly Found<StepOutcome>[]): StepOutcome {
	const [only] = parts;
	if (parts.length === 1 && only !== undefined) {
		return only.outcome;
	}
	const all = parts.map(({outcome}) => outcome);
	return {
		skipped: all.some(({skipped}) => skipped),
		gradientNorm: root(all.map(({gradientNorm}) => gradientNorm)),
		clip: Math.min(...all.map(({clip}) => clip)),
		winRate: mean(parts, ({winRate}) => winRate),
		parameterNorm: root(all.map(({parameterNorm}) => parameterNorm)),
		momentumNorm: root(all.map(({momentumNorm}) => momentumNorm)),
	};
}

/** Refreshes of several parts as one. */
export function refreshOf(parts: readonly Found<HessianOutcome>[]): HessianOutcome {
	const [only] = parts;
	if (parts.length === 1 && only !== undefined) {
		return only.outcome;
	}
	const all = parts.map(({outcome}) => outcome);
	const [{ratios}] = all as [HessianOutcome];
	return {
		skipped: all.some(({skipped}) => skipped),
		gradientNorm: root(all.map(({gradientNorm}) => gradientNorm)),
		winRate: mean(parts, ({winRate}) => winRate),
		negativeRate: mean(parts, ({negativeRate}) => negativeRate),
		l1: sum(all.map(({l1}) => l1)),
		l2: root(all.map(({l2}) => l2)),
		ratios: ratios.map((_, bin) => mean(parts, (outcome) => outcome.ratios[bin] ?? 0)),
	};
}
