/** What charts are drawn with: elements, colours and dashes, axes, the band where numbers should lie. */
/* exported dashes, colorCount, chartHeight, fewPoints, lineSample, axisOf, wholeNumbers, rangeOver, shade */
'use strict';

/** Beside the colours, so that none has to be told by its colour. */
const dashes = [[], [8, 4], [2, 3], [10, 3, 2, 3], [5, 2], [1, 2], [12, 6]];
const colorCount = 7;
const chartHeight = 220;

/** So many stand apart even on a narrow screen; more are a line. */
const fewPoints = 40;

/** @param {string} name */
const color = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/**
 * An element with attributes and children.
 *
 * @param {string} name
 * @param {Record<string, string>} attributes
 * @param {...(Node | string)} children
 */
function element(name, attributes = {}, ...children) {
	const svg = ['svg', 'line', 'path'].includes(name);
	const made = svg ? document.createElementNS('http://www.w3.org/2000/svg', name) : document.createElement(name);
	Object.entries(attributes).forEach(([key, value]) => made.setAttribute(key, value));
	made.append(...children);
	return /** @type {HTMLElement} */ (made);
}

/** @param {{color: string, dash: number[]}} stroke */
const lineSample = ({color: stroke, dash}) =>
	element(
		'svg',
		{class: 'dash', viewBox: '0 0 36 10', 'aria-hidden': 'true'},
		element('line', {x1: '0', y1: '5', x2: '36', y2: '5', stroke, 'stroke-dasharray': dash.join(' ') || 'none'}),
	);

/**
 * @param {number} size
 * @param {boolean} logarithmic which is ruled at powers of ten alone
 * @returns {uPlot.Axis}
 */
function axisOf(size, logarithmic = false) {
	const rule = {
		stroke: () => color('--rule'),
		width: 1,
		...(logarithmic ? {filter: (/** @type {uPlot} */ _, /** @type {number[]} */ at) => at.map(powerOfTen)} : {}),
	};
	return {
		stroke: () => color('--quiet'),
		grid: rule,
		ticks: rule,
		font: '12px system-ui, sans-serif',
		size,
		values: (_, /** @type {(number | null)[]} */ values) => values.map((value) => (value === null ? '' : short(value))),
	};
}

/** Distances between the marks of an axis that counts. */
const wholeNumbers = Array.from({length: 16}, (_, i) => [1, 2, 5].map((n) => n * 10 ** i)).flat();

/** @param {number} value */
const powerOfTen = (value) => (Number.isInteger(Number(Math.log10(value).toFixed(6))) ? value : null);

/**
 * A range that holds the data and the band.
 *
 * @param {readonly [number, number] | undefined} band
 * @returns {uPlot.Range.Function}
 */
function rangeOver(band) {
	return (_, /** @type {number | null} */ least, /** @type {number | null} */ most) => {
		const ends = [least, most, ...(band ?? [])].filter((end) => end !== null);
		const nothing = ends.every((end) => end === 0); // of a count that stayed there, too
		return nothing ? [0, 1] : uPlot.rangeNum(Math.min(...ends), Math.max(...ends), 0.05, true);
	};
}

/**
 * @param {uPlot} u
 * @param {readonly [number, number]} band
 */
function shade(u, [low, high]) {
	const {ctx, bbox} = u;
	const [top, bottom] = [u.valToPos(high, 'y', true), u.valToPos(low, 'y', true)];
	ctx.save();
	ctx.fillStyle = color('--band');
	ctx.fillRect(bbox.left, top, bbox.width, bottom - top);
	ctx.restore();
}
