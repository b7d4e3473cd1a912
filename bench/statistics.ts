/** Medians, their quartiles, and geometric means. */

/** The quartiles of numbers: half of them lie between `low` and `high`. */
export interface Spread {
	readonly low: number;
	readonly middle: number;
	readonly high: number;
}

/** The value below which a part of the numbers lies, with linear interpolation between neighbours; NaN of none. */
export function quantile(numbers: readonly number[], part: number): number {
	const sorted = [...numbers].sort((a, b) => a - b);
	const place = part * (sorted.length - 1);
	const [below = NaN, above = NaN] = [sorted[Math.floor(place)], sorted[Math.ceil(place)]];
	return below + (above - below) * (place - Math.floor(place));
}

/** The middle of the numbers. */
export function median(numbers: readonly number[]): number {
	return quantile(numbers, 0.5);
}

/** The quartiles of the numbers. */
export function spread(numbers: readonly number[]): Spread {
	return {low: quantile(numbers, 0.25), middle: median(numbers), high: quantile(numbers, 0.75)};
}

/** The quartiles of a/b, round by round: what both met in the same round cancels. */
export function ratios(a: readonly number[], b: readonly number[]): Spread {
	return spread(a.slice(0, b.length).map((x, round) => x / (b[round] ?? NaN)));
}

/** exp of the mean of ln x; NaN of none. */
export function geometricMean(numbers: readonly number[]): number {
	return Math.exp(numbers.reduce((sum, x) => sum + Math.log(x), 0) / numbers.length);
}

/** A line through points, by least squares, and the largest part of a y that it leaves. */
export interface Line {
	/** Where x is 0. */
	readonly start: number;
	readonly slope: number;
	readonly error: number;
}

/** The line that lies closest to the points (x, y), each weighed by its 1/y². */
export function line(x: readonly number[], y: readonly number[]): Line {
	const sum = (f: (x: number, y: number) => number) =>
		x.reduce((total, each, i) => total + f(each, y[i] ?? NaN) / (y[i] ?? NaN) ** 2, 0);
	const [weight, sx, sy] = [sum(() => 1), sum((a) => a), sum((_a, b) => b)];
	const slope = (weight * sum((a, b) => a * b) - sx * sy) / (weight * sum((a) => a * a) - sx * sx);
	const start = (sy - slope * sx) / weight;
	const left = x.map((each, i) => Math.abs((start + slope * each) / (y[i] ?? NaN) - 1));
	return {start, slope, error: Math.max(...left)};
}
