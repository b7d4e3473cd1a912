/** What part of an axis a chart shows. */
/* exported extentOf, isLong, wholeOf, stretched, strip, scaleOf */
'use strict';

/** @typedef {import('../study/document').Axis} Axis */
/** @typedef {import('../study/drawn').DrawnChart} DrawnChart */
/** @typedef {import('../study/drawn').DrawnSeries} DrawnSeries */
/** @typedef {import('../study/drawn').DrawnPoint} DrawnPoint */

/** The height that points at an edge are given, in pixels. */
const strip = 24;

/**
 * A line of many points: it has a mark here and there and an area for its intervals, and leaves the chart where it goes.
 *
 * @param {DrawnSeries} series
 */
const isLong = ({points, line}) => line && points.length > fewPoints;

/** Numbers by their distance on the axis, and back. @param {Axis} axis */
const unit = ({log}) =>
	log === undefined
		? {to: (/** @type {number} */ value) => value, from: (/** @type {number} */ place) => place}
		: {to: Math.log, from: Math.exp};

/**
 * A range with some room around it. A single number gets some room as well.
 *
 * @param {Axis} axis
 * @param {readonly number[]} numbers
 * @param {{low: number, high: number}} room parts of the range
 * @returns {[number, number]}
 */
function stretched(axis, numbers, {low, high}) {
	const {to, from} = unit(axis);
	if (numbers.length === 0) {
		return axis.log === undefined ? [0, 1] : [1, axis.log];
	}
	const places = numbers.map(to);
	const least = places.reduce((a, b) => Math.min(a, b));
	const most = places.reduce((a, b) => Math.max(a, b));
	const alone = axis.log === undefined ? Math.abs(least) * 0.1 || 0.5 : Math.log(axis.log) / 2;
	const span = most - least > Math.abs(most) * 1e-9 ? most - least : 0;
	const half = span === 0 ? alone : 0;
	return [from(least - half - low * span), from(most + half + high * span)];
}

/** Pixels beside the first and the last place, for marks that stand aside. */
const margin = 34;

/**
 * All of the horizontal axis.
 *
 * @param {DrawnChart} chart
 * @param {readonly number[]} places
 * @param {number} width pixels that it has
 * @returns {[number, number]}
 */
function wholeOf({x, series}, places, width) {
	const room = series.every(isLong) ? 0.02 : margin / Math.max(width - 2 * margin, margin);
	const [low, high] = x.range ?? stretched(x, places, {low: room, high: room});
	return [low, high];
}

/**
 * The numbers on the vertical axis that are to be seen.
 *
 * @param {DrawnChart} chart
 * @param {readonly DrawnSeries[]} shown
 * @param {readonly [number, number]} window what the horizontal axis shows
 */
function extentOf({levels, bands}, shown, [least, most]) {
	const points = shown.flatMap(({points}) => points).filter(({x}) => x >= least && x <= most);
	const inside = points.filter(({edge}) => edge === undefined);
	const marked = shown.filter((series) => !isLong(series)).flatMap(({points}) => points);
	const edges = points.filter((point) => point.lost === true || marked.includes(point)).map(({edge}) => edge);
	const ends = bands.flatMap(({from, to}) => [from, to]).filter((end) => Math.abs(Math.log10(Math.abs(end) || 1)) < 99);
	const numbers = inside.flatMap(({y, low = y, high = y}) => [y, low, high]);
	return {
		numbers: [...numbers, ...levels.map(({at}) => at), ...ends],
		top: edges.includes('top'),
		bottom: edges.includes('bottom'),
	};
}

/**
 * @param {Axis} axis
 * @param {(low: number | null, high: number | null) => [number, number]} range
 * @returns {uPlot.Scale}
 */
function scaleOf({log}, range) {
	// eslint-disable-next-line @typescript-eslint/no-unsafe-enum-assignment -- an enum without values at run time
	const distr = /** @type {uPlot.Scale.Distr} */ (log === undefined ? 1 : 3);
	return {time: false, distr, log: log ?? 10, range: (_, low, high) => range(low, high)};
}
