/** What is painted over the axes of a chart: the lines, intervals and marks of its series. */
/* exported placeOf, layersOf, paint */
'use strict';

/** Marks of a line of many points. */
const marksOfLine = 9;

/** Pixels between marks at an edge. */
const besideAtEdge = 13;

/** @typedef {{u: uPlot, series: DrawnSeries, shift: (point: DrawnPoint) => number}} Layer */

/**
 * The series of a chart, and by how many pixels their points stand aside, so that intervals at the same place do not cover
 * each other, nor marks at an edge.
 *
 * @param {uPlot} u
 * @param {readonly DrawnSeries[]} shown
 * @returns {Layer[]}
 */
function layersOf(u, shown) {
	const hasInterval = (/** @type {DrawnPoint} */ {low, high, bound}) => (low ?? high ?? bound) !== undefined;
	const marked = shown.filter((series) => !isLong(series));
	const aside = marked.filter(({points}) => points.some(hasInterval));
	const edges = marked.flatMap(({points}) => points.filter(({edge}) => edge !== undefined));
	const middle = (/** @type {number} */ count) => (count - 1) / 2;
	return shown.map((series) => {
		const place = aside.indexOf(series);
		const shift = place < 0 ? 0 : (place - middle(aside.length)) * Math.min(7, 36 / aside.length);
		return {
			u,
			series,
			shift(point) {
				const crowd = edges.filter(({x, edge}) => x === point.x && edge === point.edge);
				return crowd.includes(point) ? (crowd.indexOf(point) - middle(crowd.length)) * besideAtEdge : shift;
			},
		};
	});
}

/**
 * Where a point stands, in pixels of the canvas.
 *
 * @param {Layer} layer
 * @param {DrawnPoint} point
 * @param {number} value its own, or an end of its interval
 * @returns {[number, number]}
 */
function placeOf({u, series, shift}, point, value) {
	const {x, edge, lost} = point;
	const {top, height} = u.bbox;
	const ratio = uPlot.pxRatio;
	const left = u.valToPos(x, 'x', true) + shift(point) * ratio;
	const aside = strip * 0.65 * ratio;
	const leaves = isLong(series) && lost !== true;
	const at =
		edge === undefined || leaves ? u.valToPos(value, 'y', true) : edge === 'top' ? top + aside : top + height - aside;
	return [left, at];
}

/**
 * @param {uPlot} u
 * @param {DrawnChart} chart
 * @param {readonly DrawnSeries[]} shown
 */
function paint(u, chart, shown) {
	const {ctx, bbox} = u;
	const layers = layersOf(u, shown);
	ctx.save();
	ctx.beginPath();
	ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
	ctx.clip();
	ctx.lineJoin = 'round';
	chart.levels.forEach(({at}) => paintLevel(u, at));
	layers.forEach(paintLine);
	layers.forEach(paintMarks);
	if (chart.stamp !== '') {
		paintStamp(u, chart.stamp);
	}
	ctx.restore();
	paintLost(u, chart, shown);
}

/** @param {Layer} layer */
function paintLine(layer) {
	const {u, series} = layer;
	const {ctx} = u;
	const {color: name, dash} = styleOf(series.style);
	const trace = (/** @type {[number, number][]} */ places) =>
		places.forEach(([x, y], i) => (i === 0 ? ctx.moveTo(x, y) : ctx.lineTo(x, y)));
	if (!series.line) {
		return;
	}
	if (isLong(series)) {
		const ends = series.points.filter(({low, high}) => low !== undefined && high !== undefined);
		ctx.fillStyle = `${color(name)}38`;
		ctx.beginPath();
		trace([
			...ends.map((point) => placeOf(layer, point, point.high ?? 0)),
			...[...ends].reverse().map((point) => placeOf(layer, point, point.low ?? 0)),
		]);
		ctx.fill();
	}
	ctx.strokeStyle = color(name);
	ctx.lineWidth = 2 * uPlot.pxRatio;
	ctx.setLineDash(dash.map((length) => length * uPlot.pxRatio));
	ctx.beginPath();
	series.points.forEach((point, i) => {
		const [x, y] = placeOf(layer, point, point.y);
		const apart = point.lost === true && series.points[i - 1]?.lost === true; // between two that have no value is none
		ctx[i === 0 || apart ? 'moveTo' : 'lineTo'](x, y);
	});
	ctx.stroke();
	ctx.setLineDash([]);
}

/** @param {Layer} layer */
function paintMarks(layer) {
	const {points, style = 0} = layer.series;
	const stride = isLong(layer.series) ? Math.ceil(points.length / marksOfLine) : 1;
	const first = Math.floor((stride * ((style % colorCount) + 1)) / (colorCount + 1));
	points.forEach((point, i) => {
		if (point.lost === true || stride === 1 || (i % stride === first && point.edge === undefined)) {
			paintPoint(layer, point, stride === 1);
		}
	});
}

/**
 * @param {Layer} layer
 * @param {DrawnPoint} point
 * @param {boolean} whole with its interval
 */
function paintPoint(layer, point, whole) {
	const {ctx} = layer.u;
	const {color: name, mark, hollow} = styleOf(layer.series.style);
	const ratio = uPlot.pxRatio;
	const [x, y] = placeOf(layer, point, point.y);
	const [, low] = placeOf(layer, point, point.low ?? point.y);
	const [, high] = placeOf(layer, point, point.high ?? point.y);
	ctx.save();
	ctx.translate(x, y);
	ctx.scale(ratio, ratio);
	ctx.strokeStyle = color(name);
	ctx.lineWidth = 1.75;
	if (whole) {
		stroke(ctx, intervalOf((low - y) / ratio, (high - y) / ratio));
	}
	if (point.bound !== undefined || (point.edge !== undefined && !point.lost)) {
		stroke(
			ctx,
			arrowOf(point.bound === 'below' || point.edge === 'bottom' ? 1 : -1, point.edge === undefined ? 26 : 15),
		);
	}
	const outline = new Path2D(mark);
	const open = hollow || point.lost === true;
	ctx.fillStyle = color(open ? '--raised' : name);
	ctx.fill(outline);
	ctx.lineWidth = open ? 1.75 : 1;
	ctx.strokeStyle = color(open ? name : '--raised');
	ctx.stroke(outline);
	ctx.restore();
}

/**
 * @param {number} low
 * @param {number} high
 */
function intervalOf(low, high) {
	const cap = (/** @type {number} */ end) => (end === 0 ? '' : `M-4 ${end}H4`);
	return `M0 ${low}V${high}${cap(low)}${cap(high)}`;
}

/**
 * @param {number} way 1 for down
 * @param {number} length
 */
const arrowOf = (way, length) =>
	`M0 0V${way * length}M-4.5 ${way * (length - 6)}L0 ${way * length}L4.5 ${way * (length - 6)}`;
