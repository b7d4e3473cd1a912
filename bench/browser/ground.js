/** What a chart says beside its series: levels, bands, what stands at the top edge, and the stamp over all of it. */
/* exported stroke, paintGround, paintLevel, paintLost, paintStamp */
'use strict';

/**
 * @param {CanvasRenderingContext2D} ctx
 * @param {string} path
 */
const stroke = (ctx, path) => ctx.stroke(new Path2D(path));

/**
 * @param {uPlot} u
 * @param {DrawnChart} chart
 */
function paintGround(u, {bands}) {
	bands.forEach(({from, to}) => {
		const {min = 0, max = 1} = u.scales.y ?? {};
		shade(u, [Math.max(from, min), Math.min(to, max)]);
	});
}

/**
 * @param {uPlot} u
 * @param {number} at
 */
function paintLevel(u, at) {
	const {ctx, bbox} = u;
	const y = u.valToPos(at, 'y', true);
	ctx.strokeStyle = color('--text');
	ctx.lineWidth = uPlot.pxRatio;
	ctx.setLineDash([6, 4].map((length) => length * uPlot.pxRatio));
	ctx.beginPath();
	ctx.moveTo(bbox.left, y);
	ctx.lineTo(bbox.left + bbox.width, y);
	ctx.stroke();
	ctx.setLineDash([]);
}

/**
 * What stands at the top edge, as a mark of the axis.
 *
 * @param {uPlot} u
 * @param {DrawnChart} chart
 * @param {readonly DrawnSeries[]} shown
 */
function paintLost(u, {lost}, shown) {
	const {ctx, bbox} = u;
	const ratio = uPlot.pxRatio;
	if (!shown.some(({points}) => points.some((point) => point.lost === true && point.edge === 'top'))) {
		return;
	}
	ctx.save();
	ctx.strokeStyle = color('--quiet');
	ctx.setLineDash([2 * ratio, 3 * ratio]);
	ctx.lineWidth = ratio;
	stroke(ctx, `M${bbox.left} ${bbox.top + strip * ratio}h${bbox.width}`);
	ctx.fillStyle = color('--quiet');
	ctx.font = `${11 * ratio}px system-ui, sans-serif`;
	ctx.textAlign = 'right';
	ctx.textBaseline = 'middle';
	ctx.fillText(lost, bbox.left - 6 * ratio, bbox.top + (strip / 2) * ratio, bbox.left - 8 * ratio);
	ctx.restore();
}

/**
 * All over the chart, so that no part of a picture of it is without.
 *
 * @param {uPlot} u
 * @param {string} text
 */
function paintStamp(u, text) {
	const {ctx, bbox} = u;
	const ratio = uPlot.pxRatio;
	ctx.save();
	ctx.fillStyle = color('--stamp');
	ctx.globalAlpha = 0.22;
	ctx.font = `800 ${28 * ratio}px system-ui, sans-serif`;
	ctx.textAlign = 'center';
	ctx.textBaseline = 'middle';
	const across = ctx.measureText(text).width + 56 * ratio;
	const down = 92 * ratio;
	for (let row = 0; row * down < bbox.height; row++) {
		for (let place = row % 2 === 0 ? 0.5 : 0; (place - 0.5) * across < bbox.width; place++) {
			ctx.save();
			ctx.translate(bbox.left + place * across, bbox.top + (row + 0.5) * down);
			ctx.rotate(-0.25);
			ctx.fillText(text, 0, 0);
			ctx.restore();
		}
	}
	ctx.restore();
}
