/** One chart of the page: its plot, its legend, and how it is read. */
/* exported Figure */
'use strict';

const plotHeight = 320;
const leastWidth = 200;
/** The height of the horizontal axis, and of the room above the plot. */
const [below, above] = [34, 8];
/** The width of the vertical axis. */
const gutter = 62;

class Figure {
	/** @type {Set<DrawnSeries>} */
	#hidden = new Set();
	/** What the horizontal axis shows. @type {[number, number]} */
	#window = [0, 1];
	/** Above it is the strip of what has no value, where nothing else is said. */
	#ceiling = Infinity;
	#area;
	#chart;
	/** Where points are, in order. @type {readonly number[]} */
	#xs;
	#width;
	#height = plotHeight;
	/** @type {readonly [width: number, height: number] | undefined} */
	#sheet;
	#plot;
	#reading;

	/**
	 * @param {HTMLElement} figure
	 * @param {DrawnChart} chart
	 */
	constructor(figure, chart) {
		const [area, legend, output] = ['.plot', '.legend', '.reading'].map(
			(name) => /** @type {HTMLElement} */ (figure.querySelector(name)),
		);
		this.#area = /** @type {HTMLElement} */ (area);
		this.#chart = chart;
		const xs = [...new Set(chart.series.flatMap(({points}) => points.map(({x}) => x)))].sort((a, b) => a - b);
		this.#xs = xs.length === 0 ? [1] : xs;
		this.#width = Math.max(leastWidth, this.#area.clientWidth);
		this.#plot = new uPlot(this.#options(), [[...this.#xs], this.#xs.map(() => 1)], this.#area);
		this.#reading = new Reading(
			this.#plot,
			() => layersOf(this.#plot, this.#shown),
			/** @type {HTMLElement} */ (output),
		);
		legend?.append(...this.#legend());
		this.#describe();
		this.#area.addEventListener('keydown', (event) => this.#press(event));
		new ResizeObserver(() => this.#fit()).observe(this.#area);
	}

	/**
	 * Takes the room of a sheet of paper, or that which there is on the screen.
	 *
	 * @param {readonly [width: number, height: number]} [sheet] in pixels
	 */
	lay(sheet) {
		this.#sheet = sheet;
		this.#fit();
		this.#plot.redraw(false, true); // in the colours of now
	}

	#fit() {
		const [width, height] = this.#sheet ?? [this.#area.clientWidth, plotHeight];
		const wanted = Math.max(leastWidth, width);
		if (width > 0 && (wanted !== this.#width || height !== this.#height)) {
			this.#width = wanted;
			this.#height = height;
			this.#plot.setSize({width: wanted, height});
			this.#plot.setData(this.#plot.data); // as marks need more of a narrow axis
			this.#reading.forget();
		}
	}

	get #shown() {
		return this.#chart.series.filter((series) => !this.#hidden.has(series));
	}

	/** @returns {uPlot.Options} */
	#options() {
		const {x, y} = this.#chart;
		return {
			width: this.#width,
			height: this.#height,
			padding: [above, 12, 0, 0],
			legend: {show: false},
			cursor: {points: {show: false}, drag: {x: true, y: false}},
			scales: {
				x: scaleOf(x, (low, high) => this.#look(low, high)),
				y: scaleOf(y, () => this.#range()),
			},
			series: [{}, {paths: () => null, points: {show: false}}],
			axes: [this.#axis(x, below, this.#xs), this.#axis(y, gutter, [])],
			hooks: {
				drawClear: [(u) => paintGround(u, this.#chart)],
				draw: [(u) => paint(u, this.#chart, this.#shown)],
				setCursor: [() => this.#reading.follow()],
			},
		};
	}

	/**
	 * What the horizontal axis is to show: a part of it, or all of it where uPlot asks for what its data span. The vertical
	 * axis, which is asked for next, follows.
	 *
	 * @param {number | null} low
	 * @param {number | null} high
	 */
	#look(low, high) {
		const whole = low === null || high === null || (low === this.#xs[0] && high === this.#xs.at(-1));
		this.#window = whole ? this.#whole : [low, high];
		return this.#window;
	}

	/** @returns {[number, number]} */
	get #whole() {
		return wholeOf(this.#chart, this.#xs, this.#width - gutter);
	}

	/** What the vertical axis shows: everything in sight, and strips for what stands at the edges. */
	#range() {
		const {y} = this.#chart;
		const {numbers, top, bottom} = extentOf(this.#chart, this.#shown, this.#window);
		const grid = this.#height - above - below;
		const part = (/** @type {boolean} */ holds) => (holds ? strip / (grid - 2 * strip) : 0);
		const room = y.range === undefined ? 0.07 : 0;
		const low = room + part(bottom);
		const [, ceiling] = stretched(y, y.range ?? numbers, {low, high: room});
		this.#ceiling = top ? ceiling : Infinity;
		return stretched(y, y.range ?? numbers, {low, high: room + part(top)});
	}

	/**
	 * @param {Axis} axis
	 * @param {number} size
	 * @param {readonly number[]} measured
	 * @returns {uPlot.Axis}
	 */
	#axis({log}, size, measured) {
		const across = size === below;
		const room = (/** @type {uPlot} */ u) =>
			across ? Math.max(2, Math.floor(u.bbox.width / uPlot.pxRatio / labelRoom)) : 8;
		return {
			...axisOf(size),
			space: across ? labelRoom : 36,
			filter: (_, ticks) => ticks,
			values: (_, ticks) =>
				labelsOf(ticks, log).map((label, i) => (across || (ticks[i] ?? 0) <= this.#ceiling ? label : '')),
			...(log === undefined
				? {}
				: {splits: (u, _, min, max) => [...ticksOf({base: log, min, max, room: room(u)}, measured)]}),
		};
	}

	/** Names of series, each of which shows and hides its own; levels and bands; what stands at the edges. */
	#legend() {
		const {series, levels, bands, lost} = this.#chart;
		const points = series.flatMap(({points}) => points);
		const marked = series.filter((each) => !isLong(each)).flatMap(({points}) => points);
		const note = (/** @type {string} */ sample, /** @type {string} */ text) =>
			element('li', {class: 'note'}, element('span', {class: sample, 'aria-hidden': 'true'}), element('bdi', {}, text));
		return [
			...series.map((each) => element('li', {}, this.#button(each))),
			...levels.map(({title}) => note('level', title)),
			...bands.map(({title}) => note('band', title)),
			...(points.some((point) => point.lost) ? [note('lost', `hollow, at the edge: ${lost}`)] : []),
			...(marked.some(({edge, lost: no}) => edge !== undefined && no !== true)
				? [note('beyond', 'arrow at the edge: beyond it')]
				: []),
			...(points.some(({bound}) => bound !== undefined)
				? [note('bound', 'arrow: a bound, the value lies beyond it')]
				: []),
		];
	}

	/** @param {DrawnSeries} series */
	#button(series) {
		const sample = sampleOf(styleOf(series.style), series.line);
		const button = element('button', {type: 'button', 'aria-pressed': 'true'}, sample, element('bdi', {}, series.name));
		button.addEventListener('click', () => {
			const hides = !this.#hidden.has(series);
			this.#hidden[hides ? 'add' : 'delete'](series);
			button.setAttribute('aria-pressed', String(!hides));
			this.#reading.forget();
			const [min, max] = this.#window;
			this.#plot.setScale('x', {min, max}); // and the vertical one, of what is shown
		});
		return button;
	}

	#describe() {
		const {title, x, y, series} = this.#chart;
		const words = series.map(({name, points}) => `${name}, ${points.length} points`).join('; ');
		const keys = 'Left and right read points, up and down change series, plus and minus zoom, Escape shows all.';
		const attributes = {
			role: 'img',
			tabindex: '0',
			'aria-label': `${title}: ${y.title} by ${x.title}. ${words}. ${keys}`,
		};
		Object.entries(attributes).forEach(([name, value]) => this.#area.setAttribute(name, value));
	}

	/** @param {KeyboardEvent} event */
	#press(event) {
		if (event.ctrlKey || event.metaKey || event.altKey) {
			return;
		}
		const moves = /** @type {Record<string, [number, number]>} */ ({
			ArrowLeft: [-1, 0],
			ArrowRight: [1, 0],
			ArrowUp: [0, -1],
			ArrowDown: [0, 1],
			Home: [-Infinity, 0],
			End: [Infinity, 0],
		});
		const zooms = /** @type {Record<string, number>} */ ({'+': 0.5, '=': 0.5, '-': 2});
		const [move, zoom] = [moves[event.key], zooms[event.key]];
		if (move !== undefined) {
			this.#reading.move(...move);
		} else if (zoom !== undefined) {
			this.#zoom(zoom);
		} else if (event.key === 'Escape') {
			this.#zoom(Infinity);
			this.#reading.forget();
		} else {
			return;
		}
		event.preventDefault();
	}

	/** @param {number} factor infinite for all that there is */
	#zoom(factor) {
		const [first, last] = this.#whole;
		const {to, from} = unit(this.#chart.x);
		const [min, max] = this.#window;
		const half = ((to(max) - to(min)) / 2) * factor;
		const middle = to(this.#reading.x ?? from((to(min) + to(max)) / 2));
		const whole = {min: first, max: last};
		const part = {min: Math.max(first, from(middle - half)), max: Math.min(last, from(middle + half))};
		this.#plot.setScale('x', factor === Infinity ? whole : part);
		this.#reading.move(0, 0);
	}
}
