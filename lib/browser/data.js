/** What the page knows of its runs, and what a chart takes from it. Types are those of the sources that write the page. */
/* exported runs, mergeSlice, columnOf, statistics */
'use strict';

/** @typedef {import('../report/buckets').Cell} Cell */
/** @typedef {import('../report/buckets').Slice} Slice */
/** @typedef {import('../report/charts').Chart} Chart */
/** @typedef {import('../report/charts').Line} Line */
/** @typedef {{name: string, slice: Slice, newest: Record<string, number | null>}} Run */
/** @typedef {{charts: Chart[], axes: Line[], live: boolean, runs: Run[]}} Page */

/** @type {unknown} */
const written = JSON.parse(document.getElementById('data')?.textContent ?? '');
const page = /** @type {Page} */ (written);
const {runs} = page;

const leastMilliseconds = 1e-3;

/**
 * A run's buckets with newer ones in place of those that they begin at.
 *
 * @param {Slice} old
 * @param {Slice} more
 * @returns {Slice}
 */
function mergeSlice(old, more) {
	if (more.from === 0) {
		return more;
	}
	/** @param {'mean' | 'low' | 'high'} kind */
	const merged = (kind) => {
		const names = new Set([...Object.keys(old[kind]), ...Object.keys(more[kind])]);
		const length = (more.mean.step ?? []).length;
		/** @param {string} name */
		const column = (name) => [
			...Array.from({length: more.from}, (_, i) => old[kind][name]?.[i] ?? null),
			...Array.from({length}, (_, i) => more[kind][name]?.[i] ?? null),
		];
		return Object.fromEntries([...names].map((name) => [name, column(name)]));
	};
	return {width: more.width, from: 0, mean: merged('mean'), low: merged('low'), high: merged('high')};
}

/**
 * A column as uPlot takes it: undefined where nothing was said, null where a line is interrupted. A logarithmic axis,
 * which is one of times, has no place for 0, nor for what a clock says of nothing.
 *
 * @param {readonly Cell[] | undefined} cells
 * @param {boolean} logarithmic
 * @returns {(number | null | undefined)[]}
 */
function columnOf(cells = [], logarithmic = false) {
	return cells.map((cell) => {
		const absent = cell === null || (logarithmic && typeof cell === 'number' && cell < leastMilliseconds);
		return absent ? undefined : cell === 'NaN' ? null : cell;
	});
}

/**
 * The last value of a number, its lowest and its highest; nothing where the run never said it.
 *
 * @param {Run} run
 * @param {string} key
 */
function statistics({slice, newest}, key) {
	/** @param {readonly Cell[] | undefined} cells */
	const finite = (cells) => (cells ?? []).filter((cell) => typeof cell === 'number');
	const lows = finite(slice.low[key] ?? slice.mean[key]);
	const highs = finite(slice.high[key] ?? slice.mean[key]);
	const least = lows.reduce((a, b) => Math.min(a, b), Infinity);
	const most = highs.reduce((a, b) => Math.max(a, b), -Infinity);
	return {said: slice.mean[key] !== undefined, last: newest[key] ?? NaN, least, most};
}
