/** The lines of a chart and their numbers, of what the runs have said. */
/* exported strokesOf, dataOf */
'use strict';

/** @typedef {{run: number, line: Line, name: string, color: string, dash: number[]}} Stroke */

/**
 * The lines that there is something to show of.
 *
 * @param {Chart} chart
 * @param {readonly number[]} shown the runs
 * @returns {Stroke[]}
 */
function strokesOf({lines, each, unlessZero}, shown) {
	const found = shown.flatMap((run) => lines.map((line, place) => ({run, line, place})));
	const known = found
		.map((each) => ({...each, ...statistics(/** @type {Run} */ (runs[each.run]), each.line.key)}))
		.filter(({said, least, most}) => said && !(unlessZero && least === 0 && most === 0));
	return known.map(({run, line, place}) => {
		const name = runs[run]?.name ?? '';
		const byRun = !each && runs.length > 1;
		const hue = (byRun ? run : place) % colorCount;
		return {
			run,
			line,
			name: byRun ? (lines.length > 1 ? `${name}, ${line.label}` : name) : line.label,
			color: color(`--line-${hue}`),
			dash: dashes[(byRun && lines.length === 1 ? run : place) % dashes.length] ?? [],
		};
	});
}

/**
 * Their numbers, each of an axis once: of every line its mean, then its range where buckets have one.
 *
 * @param {readonly Stroke[]} strokes
 * @param {string} axis
 * @param {boolean} logarithmic
 * @returns {uPlot.AlignedData}
 */
function dataOf(strokes, axis, logarithmic) {
	const tables = strokes.map(({run, line: {key}}) => {
		const {slice} = /** @type {Run} */ (runs[run]);
		const x = columnOf(slice.mean[axis]);
		const kept = x.flatMap((value, i) => (typeof value === 'number' ? [i] : []));
		/** @param {readonly Cell[] | undefined} cells */
		const part = (cells) => {
			const column = columnOf(cells, logarithmic);
			return kept.map((i) => column[i]);
		};
		const range = slice.width > 1 && !logarithmic ? [part(slice.low[key]), part(slice.high[key])] : [];
		return [kept.map((i) => x[i]), part(slice.mean[key]), ...range];
	});
	return uPlot.join(/** @type {uPlot.AlignedData[]} */ (tables));
}
