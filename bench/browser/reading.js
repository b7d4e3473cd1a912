/** What a chart says of the point that is pointed to, by hand or by keys. */
/* exported Reading */
'use strict';

/** Pixels from which on a point is not meant. */
const reach = 44;
/** Pixels between a point and its words. */
const gap = 14;

class Reading {
	/** @type {{series: number, point: number} | undefined} */
	#at;
	#tip = element('div', {class: 'tip'});
	#ring = element('div', {class: 'ring'});

	/**
	 * @param {uPlot} u
	 * @param {() => Layer[]} layers what is shown
	 * @param {HTMLElement} output says to a screen reader what keys point to
	 */
	constructor(u, layers, output) {
		this.u = u;
		this.layers = layers;
		this.output = output;
		u.over.append(this.#ring, this.#tip);
		this.#show();
	}

	/** Shows the point nearest to the cursor, if there is one. */
	follow() {
		const {left = -1, top = -1} = this.u.cursor;
		if (left < 0) {
			this.#at = undefined;
		} else {
			const distance = (/** @type {readonly [number, number]} */ [x, y]) => Math.hypot(x - left, y - top);
			const all = this.layers().flatMap(({series}, i) => series.points.map((_, point) => ({series: i, point})));
			const found = all.map((at) => ({at, far: distance(this.#place(at))}));
			const nearest = found.reduce((a, b) => (b.far < a.far ? b : a), {at: {series: 0, point: 0}, far: reach});
			this.#at = nearest.far < reach ? nearest.at : undefined;
		}
		this.#show();
	}

	/** Shows nothing, as the points are others now. */
	forget() {
		this.#at = undefined;
		this.#show();
	}

	/**
	 * @param {number} across points to the right
	 * @param {number} down series on
	 */
	move(across, down) {
		const all = this.layers();
		const layers = all.filter(({series}) => series.points.length > 0);
		const from = this.#at;
		if (layers.length === 0) {
			return;
		}
		const old = from === undefined ? undefined : all[from.series]?.series.points[from.point];
		const place = Math.max(
			0,
			layers.findIndex((layer) => layer === all[from?.series ?? -1]),
		);
		const layer = layers[(place + down + layers.length) % layers.length] ?? layers[0];
		const points = layer?.series.points ?? [];
		const beside = down === 0 && from !== undefined ? from.point : this.#nearestTo(points, old?.x);
		const point = Math.min(Math.max(beside + (from === undefined ? 0 : across), 0), points.length - 1);
		this.#at = {series: all.findIndex((each) => each === layer), point};
		this.#show();
		this.output.textContent = this.#words().join(', ');
	}

	/**
	 * @param {readonly DrawnPoint[]} points
	 * @param {number | undefined} x
	 */
	#nearestTo(points, x) {
		const far = (/** @type {number} */ i) => Math.abs((points[i]?.x ?? 0) - (x ?? 0));
		return x === undefined ? 0 : points.reduce((best, _, i) => (far(i) < far(best) ? i : best), 0);
	}

	/** The value on the horizontal axis that is pointed to. */
	get x() {
		const {series = -1, point = -1} = this.#at ?? {};
		return this.layers()[series]?.series.points[point]?.x;
	}

	/**
	 * @param {{series: number, point: number}} at
	 * @returns {[number, number]} in pixels from the corner of what is plotted
	 */
	#place({series, point}) {
		const layer = this.layers()[series];
		const found = layer?.series.points[point];
		if (layer === undefined || found === undefined) {
			return [Infinity, Infinity];
		}
		const [x, y] = placeOf(layer, found, found.y);
		const {left, top} = this.u.bbox;
		return [(x - left) / uPlot.pxRatio, (y - top) / uPlot.pxRatio];
	}

	#words() {
		const {series, point} = this.#at ?? {series: -1, point: -1};
		const of = this.layers()[series]?.series;
		const {where = '', says = ''} = of?.points[point] ?? {};
		return of === undefined ? [] : [of.name, where, says];
	}

	#show() {
		const hidden = this.#at === undefined;
		this.#tip.hidden = hidden;
		this.#ring.hidden = hidden;
		if (this.#at === undefined) {
			return;
		}
		const [x, y] = this.#place(this.#at);
		const [name = '', ...lines] = this.#words();
		const spans = lines.map((line) => element('span', {dir: 'auto'}, line));
		this.#tip.replaceChildren(element('strong', {}, element('bdi', {}, name)), ...spans);
		this.#ring.style.transform = `translate(${x}px, ${y}px)`;
		const [left, top] = this.#beside(x, y);
		this.#tip.style.transform = `translate(${left}px, ${top}px)`;
	}

	/**
	 * Where the words stand: beside the point if there is room, else above or below it.
	 *
	 * @param {number} x
	 * @param {number} y
	 * @returns {[number, number]}
	 */
	#beside(x, y) {
		const {clientWidth: width, clientHeight: height} = this.u.over;
		const {offsetWidth: wide, offsetHeight: high} = this.#tip;
		const left = [x + gap, x - gap - wide].find((place) => place > 0 && place + wide < width);
		const above = y - gap - high;
		if (left === undefined) {
			return [Math.max(Math.min(x - wide / 2, width - wide), -40), above > 0 ? above : y + gap];
		}
		return [left, Math.max(0, Math.min(y - high / 2, height - high))];
	}
}
