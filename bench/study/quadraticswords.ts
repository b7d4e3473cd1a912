/** What was found about quadratics, in words. */
import type {Found} from './descents';

/** Steps, and the learning rate that was best: `255 2^-3`; nothing for what was not searched. */
export function steps(found: Found | undefined, limit: number): string {
	return found === undefined ? '-' : `${found.steps ?? `> ${limit}`} 2^${Math.log2(found.rate)}`;
}

/** By how much the steps grow from the least condition number to the greatest, and by how much the best rate falls. */
export function course(row: readonly Found[], limit: number): readonly [steps: string, rate: string] {
	const [first, last] = [row[0], row.at(-1)];
	if (first?.steps === undefined || last === undefined || last === first) {
		return ['-', '-'];
	}
	const growth = Number(((last.steps ?? limit) / Math.max(1, first.steps)).toPrecision(2));
	return [`${last.steps === undefined ? '> ' : ''}× ${growth}`, `× ${first.rate / last.rate}`];
}
