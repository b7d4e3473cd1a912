/** Charts as the page's script draws them: numbers that are finite, and a place at the edge for what has none. */
import type {Axis, Band, Chart, Level, Point, Series} from './document';
import {describer, showPlace} from './number';

/** A chart for the script, as JSON. */
export interface DrawnChart {
	readonly title: string;
	readonly x: Axis;
	readonly y: Axis;
	readonly series: readonly DrawnSeries[];
	readonly levels: readonly Level[];
	readonly bands: readonly Band[];
	readonly lost: string;
	readonly stamp: string;
}

export interface DrawnSeries {
	readonly name: string;
	/** Counted from 0; absent for what is neutral. */
	readonly style?: number;
	readonly line: boolean;
	/** In the order of x. */
	readonly points: readonly DrawnPoint[];
}

export interface DrawnPoint {
	readonly x: number;
	readonly y: number;
	/** Where it stands instead of at y, which is beyond what is shown. */
	readonly edge?: 'top' | 'bottom';
	/** Whether it has no value. */
	readonly lost?: true;
	readonly low?: number;
	readonly high?: number;
	readonly bound?: 'above' | 'below';
	/** Its place and its numbers, in words. */
	readonly where: string;
	readonly says: string;
}

/** Beyond this, sums of what is drawn overflow. */
const largest = 1e100;

/** Whether a number has a place on an axis. */
function placed(value: number | undefined, {log}: Axis): value is number {
	return value !== undefined && Math.abs(value) <= largest && (log === undefined || value >= 1 / largest);
}

/** Points that cannot be drawn, as they have no place on the horizontal axis. */
export function misplaced({x, series}: Chart): number {
	return series.flatMap(({points}) => points).filter((point) => !placed(point.x, x)).length;
}

/** @param styles of each name, as `stylesOf` gives them @param stamp in short, written across the chart */
export function drawn(chart: Chart, styles: ReadonlyMap<string, number>, stamp: string): DrawnChart {
	const {title, series, levels = [], bands = [], lost = 'diverged'} = chart;
	const [x, y] = [sound(chart.x), sound(chart.y)];
	const inside = bands.map((band) => ({...band, from: nearest(band.from, y), to: nearest(band.to, y)}));
	return {
		title,
		x,
		y,
		series: series.map((each) => drawnSeries(each, {...chart, x, y}, styles)),
		levels: levels.filter(({at}) => placed(at, y)),
		bands: inside.filter(({from, to}) => placed(from, y) && placed(to, y) && from < to),
		lost,
		stamp,
	};
}

/** An axis whose range, if it has one, can be drawn. */
function sound(axis: Axis): Axis {
	const {range, ...others} = axis;
	const holds = range !== undefined && range.every((end) => placed(end, axis)) && range[0] < range[1];
	return holds ? axis : others;
}

/** An end of a band, which may be open. */
const nearest = (end: number, {log}: Axis) =>
	Math.min(Math.max(end, log === undefined ? -largest : 1 / largest), largest);

function drawnSeries({name, points, line, neutral}: Series, chart: Chart, styles: ReadonlyMap<string, number>) {
	const kept = points.filter((point) => placed(point.x, chart.x)).sort((a, b) => a.x - b.x);
	const style = neutral === true ? undefined : styles.get(name);
	const describe = describer(chart);
	return {
		name,
		...(style === undefined ? {} : {style}),
		line: line ?? true,
		points: kept.map((point) => drawnPoint(point, chart, describe(point))),
	};
}

function drawnPoint({x, y, low, high, bound}: Point, chart: Chart, words: string): DrawnPoint {
	const edge = edgeOf(y, chart.y);
	const value = placed(y, chart.y) ? {y} : {y: 0};
	return {
		x,
		...value,
		...(edge === undefined ? {} : {edge}),
		...(Number.isFinite(y) ? {} : {lost: true}),
		...(edge === undefined && placed(low, chart.y) ? {low} : {}),
		...(edge === undefined && placed(high, chart.y) ? {high} : {}),
		...(bound === undefined ? {} : {bound}),
		where: `${chart.x.title}: ${showPlace(chart.x, x)}`,
		says: words,
	};
}

function edgeOf(y: number, axis: Axis): DrawnPoint['edge'] {
	const [least, most] = axis.range ?? [-Infinity, Infinity];
	if (Number.isNaN(y) || y > Math.min(most, largest)) {
		return 'top';
	}
	return y < least || !placed(y, axis) ? 'bottom' : undefined;
}
