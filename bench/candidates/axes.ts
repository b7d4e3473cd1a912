/**
The lines along which configurations are searched: neighbours on a line differ by a factor of 2 in what matters, the value
itself, or its distance to 1 of the decay rate of an average. They go on beyond their grids, to a natural end if there is one, as no warm-up at all.
*/

/** A line of values of one setting, in an order. */
export interface Axis {
	/** The setting. */
	readonly name: string;
	/** For tables. */
	readonly title: string;
	/** What a full star tries, in order. The search goes beyond where the best is at an end. */
	readonly grid: readonly number[];
	/** The value after another on the line; undefined where the line ends by nature. */
	readonly next: (value: number) => number | undefined;
	/** The value before it. */
	readonly previous: (value: number) => number | undefined;
	/** The same line with another grid. */
	readonly over: (grid: readonly number[]) => Axis;
}

/** Numbers as they are written: 0.1 + 0.2 is 0.3. */
const tidy = (value: number) => Number(value.toPrecision(6));

/** The value at a place of a list, or beyond its ends. */
function walk(grid: readonly number[], value: number, step: 1 | -1, beyond: (value: number) => number | undefined) {
	const place = grid.indexOf(value);
	const inside = place < 0 ? undefined : grid[place + step];
	const found = inside ?? beyond(value);
	return found === undefined ? undefined : tidy(found);
}

function makeAxis(
	name: string,
	title: string,
	grid: readonly number[],
	above: (value: number) => number | undefined,
	below: (value: number) => number | undefined,
): Axis {
	return {
		name,
		title,
		grid,
		next: (value) => walk(grid, value, 1, above),
		previous: (value) => walk(grid, value, -1, below),
		over: (other) => makeAxis(name, title, other, above, below),
	};
}

const never = () => undefined;

/** Positive numbers, a factor of 2 apart: rates and scales. */
export function scale(name: string, title: string, grid: readonly number[]): Axis {
	return makeAxis(
		name,
		title,
		grid,
		(value) => 2 * value,
		(value) => value / 2,
	);
}

/** Numbers from 0 on, which is the natural end, a factor of 2 apart above it. */
export function fromZero(name: string, title: string, grid: readonly number[], most = Infinity): Axis {
	return makeAxis(name, title, grid, (value) => (2 * value > most ? undefined : 2 * value), never);
}

/** Decay rates of averages: the distance to 1 goes by a factor of about 2. 0 is no average. */
export function memory(name: string, title: string, grid: readonly number[]): Axis {
	return makeAxis(
		name,
		title,
		grid,
		(value) => 1 - (1 - value) / 2,
		(value) => (value === 0 ? undefined : Math.max(0, 1 - 2 * (1 - value))),
	);
}

/** Counts from 1 on, a factor of 2 apart. */
export function count(name: string, title: string, grid: readonly number[]): Axis {
	return makeAxis(
		name,
		title,
		grid,
		(value) => 2 * value,
		(value) => (value === 1 ? undefined : Math.floor(value / 2)),
	);
}

/** Numbers of which only the magnitude matters, decades apart. */
export function magnitude(name: string, title: string, grid: readonly number[]): Axis {
	return makeAxis(
		name,
		title,
		grid,
		(value) => 10 * value,
		(value) => value / 10,
	);
}

/** Values between two natural ends. */
export function choice(name: string, title: string, grid: readonly number[]): Axis {
	return makeAxis(name, title, grid, never, never);
}

/** Steps as a part of all: more than four fifths would be no schedule any more. */
export const warmup = fromZero('warmup', 'warm-up', [0, 0.02, 0.05, 0.1, 0.2, 0.4], 0.8);

/** The global norm that gradients are clipped to, from tight to none, which is written 0. */
export const clip = makeAxis('clip', 'clip', [0.25, 0.5, 1, 2, 0], never, (value) =>
	value === 0 ? undefined : value / 2,
);

/** The peak learning rate. */
export const learningRate = (grid: readonly number[]) => scale('learningRate', 'rate', grid);

/** Decoupled weight decay. */
export const weightDecay = (grid: readonly number[]) => fromZero('weightDecay', 'decay', grid);
