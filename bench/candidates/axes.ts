/**
The lines along which configurations are searched: neighbours on a line differ by a factor of 2 in what matters, the
value itself, or its distance to 1 of the decay rate of an average. They go on beyond their grids, to a natural end if
there is one, as no warm-up at all.
*/

/** What goes with size and data by a power: the value, its distance to 1, or nothing, and the most frequent counts. */
export type Fitted = 'value' | 'distance' | 'mode';

/** Where a line leads that leaves a grid; undefined at an end by nature. */
type Beyond = (value: number, grid: readonly number[]) => number | undefined;

/** What values of a kind are, and how a line of them goes on beyond its grid. */
interface Kind {
	/** Which numbers they are, in words, for who gives others. */
	readonly values: string;
	/** Whether a number is one of them. */
	readonly holds: (value: number) => boolean;
	/** What a law is fitted of. */
	readonly fitted: Fitted;
	/** Where a value stands on the line; Infinity for a 0 that is none, and so beyond all others. */
	readonly rank: (value: number) => number;
	/** The value after one at the end of the grid, or of one that is not on it, and the one before. */
	readonly above: Beyond;
	readonly below: Beyond;
}

/** A line of values of one setting, in an order. */
export interface Axis extends Omit<Kind, 'above' | 'below'> {
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
	/** The same line with another grid, which is put in order. */
	readonly over: (grid: readonly number[]) => Axis;
}

/** Numbers as they are written: 0.1 + 0.2 is 0.3. */
const tidy = (value: number) => Number(value.toPrecision(6));

/** The value at a place of a list, or beyond its ends. */
function walk(grid: readonly number[], value: number, step: 1 | -1, beyond: Beyond) {
	const place = grid.indexOf(value);
	const inside = place < 0 ? undefined : grid[place + step];
	const found = inside ?? beyond(value, grid);
	return found === undefined ? undefined : tidy(found);
}

function makeAxis(name: string, title: string, grid: readonly number[], kind: Kind): Axis {
	const {above, below, ...rest} = kind;
	return {
		...rest,
		name,
		title,
		grid,
		next: (value) => walk(grid, value, 1, above),
		previous: (value) => walk(grid, value, -1, below),
		over: (other) =>
			makeAxis(
				name,
				title,
				[...other].sort((a, b) => kind.rank(a) - kind.rank(b)),
				kind,
			),
	};
}

const itself = (value: number) => value;

const positive: Kind = {
	values: 'numbers above 0',
	holds: (value) => value > 0 && value < Infinity,
	fitted: 'value',
	rank: itself,
	above: (value) => 2 * value,
	below: (value) => value / 2,
};

/** Positive numbers, a factor of 2 apart: rates and scales. */
export const scale = (name: string, title: string, grid: readonly number[]): Axis =>
	makeAxis(name, title, grid, positive);

/** Beside 0. */
const least = (grid: readonly number[]) => Math.min(...grid.filter((value) => value > 0));

const amount: Kind = {
	...positive,
	values: 'numbers from 0 on',
	holds: (value) => value >= 0 && value < Infinity,
	above: (value, grid) => (value === 0 ? least(grid) : 2 * value),
	below: (value, grid) => (value === 0 ? undefined : value / 2 < least(grid) ? 0 : value / 2),
};

/** Numbers from 0 on, which is the natural end, a factor of 2 apart above it. */
export const fromZero = (name: string, title: string, grid: readonly number[]): Axis =>
	makeAxis(name, title, grid, amount);

const partial: Pick<Kind, 'values' | 'holds'> = {
	values: 'numbers from 0 on and below 1',
	holds: (value) => value >= 0 && value < 1,
};

/** Half of it is no distance to 1 any more, as numbers are written. */
const nearest = 2e-6;

/** Decay rates of averages: the distance to 1 goes by a factor of about 2. 0 is no average. */
export function memory(name: string, title: string, grid: readonly number[]): Axis {
	return makeAxis(name, title, grid, {
		...partial,
		fitted: 'distance',
		rank: itself,
		above: (value) => (1 - value < nearest ? undefined : 1 - (1 - value) / 2),
		below: (value) => (value === 0 ? undefined : Math.max(0, 1 - 2 * (1 - value))),
	});
}

/** Counts from 1 on, a factor of 2 apart. */
export function count(name: string, title: string, grid: readonly number[]): Axis {
	return makeAxis(name, title, grid, {
		...positive,
		values: 'whole numbers from 1 on',
		holds: (value) => Number.isSafeInteger(value) && value >= 1,
		below: (value) => (value === 1 ? undefined : Math.floor(value / 2)),
	});
}

/** Parts of a whole, which is the natural end, a factor of 2 apart below it. */
export function part(name: string, title: string, grid: readonly number[]): Axis {
	return makeAxis(name, title, grid, {
		...positive,
		values: 'numbers above 0 and up to 1',
		holds: (value) => value > 0 && value <= 1,
		above: (value) => (value < 1 ? Math.min(1, 2 * value) : undefined),
	});
}

/** Numbers of which only the magnitude matters, decades apart. */
export const magnitude = (name: string, title: string, grid: readonly number[]): Axis =>
	makeAxis(name, title, grid, {...positive, above: (value) => 10 * value, below: (value) => value / 10});

/** More of the steps than that would be no schedule any more. */
const longestWarmup = 0.8;

/** Steps as a part of all. */
export const warmup = makeAxis('warmup', 'warm-up', [0, 0.02, 0.05, 0.1, 0.2, 0.4], {
	...amount,
	...partial,
	above: (value, grid) => (2 * value > longestWarmup ? undefined : amount.above(value, grid)),
});

/** The global norm that gradients are clipped to, from tight to none, which is written 0. */
export const clip = makeAxis('clip', 'clip', [0.25, 0.5, 1, 2, 0], {
	...amount,
	fitted: 'mode',
	rank: (value) => (value === 0 ? Infinity : value),
	above: (value, grid) => (value === 0 ? undefined : 2 * value > Math.max(...grid) ? 0 : 2 * value),
	below: (value, grid) => (value === 0 ? Math.max(...grid) : value / 2),
});

/** The peak learning rate. */
export const learningRate = (grid: readonly number[]) => scale('learningRate', 'rate', grid);

/** Decoupled weight decay. */
export const weightDecay = (grid: readonly number[]) => fromZero('weightDecay', 'decay', grid);
