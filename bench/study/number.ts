/** Numbers of charts, in words. */
import type {Axis, Chart, Point} from './document';

const count = new Intl.NumberFormat('en', {maximumFractionDigits: 0});

/** Digits that a number of its own is given, and the largest of those that stand together. */
const digits = 5;
const digitsTogether = 4;

/** A number in a few characters: five digits, and thousands whole. */
export function show(value: number): string {
	if (!Number.isFinite(value)) {
		return Number.isNaN(value) ? 'not a number' : value > 0 ? '∞' : '−∞';
	}
	const size = Math.abs(value);
	if (size >= 1e4 && size < 1e15) {
		return count.format(value);
	}
	const rounded = Number(value.toPrecision(digits));
	return size >= 1e15 || (size > 0 && size < 1e-3) ? rounded.toExponential() : String(rounded);
}

/** The smallest part of one that is read more easily as a fraction. */
const smallestPart = 64;

/** A place on the horizontal axis; on one of base 2, parts of one as fractions: 1/4. */
export function showPlace({log}: Axis, value: number): string {
	const parts = 1 / value;
	return log === 2 && value < 1 && Number.isInteger(parts) && parts <= smallestPart ? `1/${parts}` : show(value);
}

/** What the points of a chart say: a value or that there is none, an interval, a label. */
export function describer(chart: Chart): (point: Point) => string {
	const say = valuesOf(chart);
	return ({y, low, high, bound, label}) => {
		const value = Number.isFinite(y) ? say(y) : (chart.lost ?? 'diverged');
		const sign = bound === undefined ? '' : bound === 'above' ? '> ' : '< ';
		const ends = low === undefined && high === undefined ? '' : ` [${say(low ?? -Infinity)}, ${say(high ?? Infinity)}]`;
		return `${sign}${value}${ends}${label === undefined ? '' : ` (${label})`}`;
	};
}

/** Values with the same digits after the point, unless they are of any size. */
function valuesOf({y, series}: Chart): (value: number) => string {
	const values = series.flatMap(({points}) => points.map((point) => Math.abs(point.y))).filter(Number.isFinite);
	const largest = values.reduce((a, b) => Math.max(a, b), 0);
	const decimals = y.decimals ?? Math.max(0, digitsTogether - 1 - Math.floor(Math.log10(largest)));
	const even = y.decimals !== undefined || (y.log === undefined && largest < 1e4 && largest >= 1e-3);
	return (value) => (even && Number.isFinite(value) ? value.toFixed(decimals) : show(value));
}
