/** A chart by the keyboard. */
/* exported press */
'use strict';

/**
 * Moves the cursor and the view by keys: arrows, Home and End; plus and minus; Escape for all of it.
 *
 * @param {uPlot} u
 * @param {KeyboardEvent} event
 */
function press(u, event) {
	const [xs] = u.data;
	if (xs.length === 0 || event.ctrlKey || event.metaKey || event.altKey) {
		return;
	}
	const idx = u.cursor.idx ?? xs.length - 1;
	const stride = event.shiftKey ? 10 : 1;
	const moves = {ArrowLeft: idx - stride, ArrowRight: idx + stride, Home: 0, End: xs.length - 1};
	const zooms = {'+': 0.5, '=': 0.5, '-': 2};
	const {key} = event;
	if (key in moves) {
		point(u, Math.min(Math.max(moves[/** @type {keyof typeof moves} */ (key)], 0), xs.length - 1));
	} else if (key in zooms) {
		zoom(u, xs[idx] ?? 0, zooms[/** @type {keyof typeof zooms} */ (key)]);
	} else if (key === 'Escape') {
		u.setScale('x', {min: xs[0] ?? 0, max: xs.at(-1) ?? 1});
	} else {
		return;
	}
	event.preventDefault();
}

/**
 * @param {uPlot} u
 * @param {number} idx
 */
function point(u, idx) {
	u.setCursor({left: u.valToPos(u.data[0][idx] ?? 0, 'x'), top: u.over.clientHeight / 2});
}

/**
 * @param {uPlot} u
 * @param {number} middle
 * @param {number} factor
 */
function zoom(u, middle, factor) {
	const {min = 0, max = 1} = u.scales.x ?? {};
	const [first = 0] = u.data[0];
	const last = u.data[0].at(-1) ?? 1;
	u.setScale('x', {
		min: Math.max(first, middle - (middle - min) * factor),
		max: Math.min(last, middle + (max - middle) * factor),
	});
}
