/**
How rankings change on the way: what a comparison that stopped before the end of decay would have said.

arXiv 2509.02046 finds that they flip there. Losses from the middle of runs are used for nothing else.
*/

/** Losses of an optimizer at the marks, in their order; the last is that of the end. */
export type Course = readonly number[];

/** A pair whose order at a mark is not that of the end. */
export interface Crossing {
	/** Who is ahead at the mark, and behind at the end. */
	readonly leader: string;
	readonly winner: string;
	/** By how much the leader is ahead at the mark, and the winner at the end. */
	readonly lead: number;
	readonly win: number;
}

/** A mark's ranking beside the last. */
export interface Flips {
	/** The place of the mark in the courses. */
	readonly mark: number;
	/** 1 where all pairs stand as they do at the end, -1 where none does; NaN where all are equal. */
	readonly tau: number;
	readonly crossings: readonly Crossing[];
}

/** For each mark but the last: how far its ranking is that of the end, and who crossed. */
export function flips(courses: ReadonlyMap<string, Course>): Flips[] {
	const marks = Math.max(0, ...[...courses.values()].map((course) => course.length - 1));
	const names = [...courses.keys()];
	const at = (mark: number) => names.map((name) => known(courses.get(name)?.[mark]));
	return Array.from({length: marks}, (_none, mark) => {
		const [then, last] = [at(mark), at(marks)];
		return {mark, tau: kendall(then, last), crossings: crossings(names, then, last)};
	});
}

/**
Kendall's τ-b of two lists of values of the same things: the pairs that stand alike, less those that do not, over the
geometric mean of the pairs that are no ties in either. NaN where a list has nothing but ties.

Kendall 1945, "The treatment of ties in ranking problems", https://doi.org/10.1093/biomet/33.3.239.
*/
export function kendall(a: readonly number[], b: readonly number[]): number {
	const orders = pairs(a.length).map(([i, j]) => [order(a[i], a[j]), order(b[i], b[j])] as const);
	const sum = (term: (x: number, y: number) => number) => orders.reduce((total, [x, y]) => total + term(x, y), 0);
	return sum((x, y) => x * y) / Math.sqrt(sum((x) => x * x) * sum((_x, y) => y * y));
}

function crossings(names: readonly string[], then: Course, end: Course): Crossing[] {
	return pairs(names.length).flatMap(([i, j]) => {
		const before = order(then[i], then[j]);
		if (before * order(end[i], end[j]) >= 0) {
			return [];
		}
		const [ahead, behind] = before < 0 ? [i, j] : [j, i];
		const gap = (course: Course, low: number, high: number) => known(course[high]) - known(course[low]);
		return {
			leader: names[ahead] ?? '',
			winner: names[behind] ?? '',
			lead: gap(then, ahead, behind),
			win: gap(end, behind, ahead),
		};
	});
}

/** -1 where the first is less, that is better. */
function order(a: number | undefined, b: number | undefined): number {
	return known(a) === known(b) ? 0 : known(a) < known(b) ? -1 : 1;
}

/** A run that diverged is behind all that did not, and level with its like. */
function known(loss: number | undefined): number {
	return loss !== undefined && Number.isFinite(loss) ? loss : Infinity;
}

function pairs(count: number): (readonly [number, number])[] {
	return Array.from({length: count}, (_none, j) => Array.from({length: j}, (_also, i) => [i, j] as const)).flat();
}
