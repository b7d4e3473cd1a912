/**
A history of any length in bounded memory: neighbouring steps share a bucket that keeps the mean, the lowest and the
highest of each number. When there are too many buckets, each takes in its neighbour.
*/

/** A mean, a lowest or a highest; null where nothing was said, 'NaN' where nothing that was said is finite. */
export type Cell = number | 'NaN' | null;

/** Cells by the path of their number, a column each, one cell a bucket. */
export type Columns = Readonly<Record<string, readonly Cell[]>>;

/** The buckets from one of them on. */
export interface Slice {
	/** Steps that a bucket spans. */
	readonly width: number;
	/** The number of buckets before these. */
	readonly from: number;
	readonly mean: Columns;
	/** Empty where every bucket is of one step, like `high`. */
	readonly low: Columns;
	readonly high: Columns;
}

interface Tally {
	sum: number;
	/** Finite numbers. */
	count: number;
	low: number;
	high: number;
}

interface Bucket {
	index: number;
	readonly tallies: Map<string, Tally>;
}

/** More than a chart has points across. */
export const bucketLimit = 1024;

export class Buckets {
	#buckets: Bucket[] = [];
	#width = 1;

	constructor(readonly limit = bucketLimit) {}

	get length(): number {
		return this.#buckets.length;
	}

	/** Steps that a bucket spans. */
	get width(): number {
		return this.#width;
	}

	/** @param step above the last one */
	add(step: number, numbers: Iterable<readonly [key: string, value: number]>): void {
		const bucket = this.#bucketOf(step);
		for (const [key, value] of numbers) {
			const finite = Number.isFinite(value);
			const one = {sum: finite ? value : 0, count: finite ? 1 : 0, low: value, high: value};
			const missing = {low: Infinity, high: -Infinity};
			join(bucket.tallies, key, finite ? one : {...one, ...missing});
		}
	}

	slice(from = 0): Slice {
		const buckets = this.#buckets.slice(from);
		const keys = [...new Set(buckets.flatMap(({tallies}) => [...tallies.keys()]))];
		const columns = (cell: (tally: Tally) => number): Columns =>
			Object.fromEntries(keys.map((key) => [key, buckets.map(({tallies}) => show(tallies.get(key), cell))]));
		const thinned = this.#width > 1;
		return {
			width: this.#width,
			from,
			mean: columns(({sum, count}) => sum / count),
			low: thinned ? columns(({low}) => low) : {},
			high: thinned ? columns(({high}) => high) : {},
		};
	}

	#bucketOf(step: number): Bucket {
		const index = () => Math.floor((step - 1) / this.#width);
		const last = this.#buckets.at(-1);
		if (last?.index === index()) {
			return last;
		}
		const bucket = {index: index(), tallies: new Map<string, Tally>()};
		this.#buckets.push(bucket);
		while (this.#buckets.length > this.limit) {
			this.#halve();
		}
		return this.#buckets.at(-1) ?? bucket;
	}

	#halve(): void {
		this.#width *= 2;
		const halved: Bucket[] = [];
		for (const {index, tallies} of this.#buckets) {
			const half = Math.floor(index / 2);
			const last = halved.at(-1);
			if (last?.index === half) {
				tallies.forEach((tally, key) => join(last.tallies, key, tally));
			} else {
				halved.push({index: half, tallies});
			}
		}
		this.#buckets = halved;
	}
}

function join(tallies: Map<string, Tally>, key: string, more: Tally): void {
	const {sum, count, low, high} = tallies.get(key) ?? {sum: 0, count: 0, low: Infinity, high: -Infinity};
	tallies.set(key, {
		sum: sum + more.sum,
		count: count + more.count,
		low: Math.min(low, more.low),
		high: Math.max(high, more.high),
	});
}

/** Seven digits are more than a screen shows; counts of steps and tokens are kept whole. */
function show(tally: Tally | undefined, cell: (tally: Tally) => number): Cell {
	if (tally === undefined) {
		return null;
	}
	const value = cell(tally);
	const whole = Math.abs(value) >= 1e6;
	return tally.count === 0 || !Number.isFinite(value)
		? 'NaN'
		: whole
			? Math.round(value)
			: Number(value.toPrecision(7));
}
