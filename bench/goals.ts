/** What is wanted of a row or of a table, and whether it is there. */
import type {Report} from './report';

/** One goal, measured. */
export interface Goal {
	/** In words, with what it is a ratio of. */
	readonly what: string;
	/** What was measured; NaN where something was missing. */
	readonly measured: number;
	readonly wanted: number;
	/** Whether less is better. @default false */
	readonly atMost?: boolean;
	/** More about it, such as where it is worst. */
	readonly note?: string;
}

/** Whether it is reached; undefined where it was not measured. */
export function isReached({measured, wanted, atMost = false}: Goal): boolean | undefined {
	return Number.isNaN(measured) ? undefined : atMost ? measured <= wanted : measured >= wanted;
}

/** The verdict in words. */
export function verdict(goal: Goal): string {
	const reached = isReached(goal);
	if (reached === undefined) {
		return 'not measured';
	}
	const percent = Math.abs(100 * (goal.measured / goal.wanted - 1)).toFixed(percentDigits);
	return reached ? `reached, with ${percent} % to spare` : `missed by ${percent} %`;
}

const percentDigits = 1;

/** Prints every goal with its verdict. */
export function tellGoals(report: Report, goals: readonly Goal[]): void {
	if (goals.length === 0) {
		return;
	}
	report.say('\ngoals');
	for (const goal of goals) {
		const {what, measured, wanted, atMost = false, note} = goal;
		const limit = `${atMost ? 'at most' : 'at least'} ${wanted}`;
		const found = Number.isNaN(measured) ? '' : `${measured.toFixed(3)}, `;
		report.say(`  ${what}, ${limit}: ${found}${verdict(goal)}${note === undefined ? '' : `; ${note}`}`);
		report.record('goal', {...goal, reached: isReached(goal)});
	}
}
