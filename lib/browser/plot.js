/** One figure: a chart, what its lines are, and its numbers as a table. */
/* exported Plot */
'use strict';

class Plot {
	#signature = '';
	/** @type {uPlot | undefined} */
	#chart;
	/** @type {Stroke[]} */
	#strokes = [];
	/** @type {HTMLElement[]} */
	#values = [];
	#area = element('div', {class: 'plot', role: 'img', tabindex: '0'});
	#legend = element('ul', {class: 'legend'});
	#table = element('tbody');

	/**
	 * @param {Chart} chart
	 * @param {number[]} members the runs that it may show
	 */
	constructor(chart, members) {
		this.chart = chart;
		this.members = members;
		const of = chart.each && runs.length > 1 ? ` of ${runs[members[0] ?? 0]?.name ?? ''}` : '';
		this.title = chart.title + of;
		const head = ['last', 'lowest', 'highest'].map((text) => element('th', {scope: 'col'}, text));
		const row = element('tr', {}, element('td'), ...head);
		const table = element('table', {}, element('thead', {}, row), this.#table);
		const scroll = element('div', {class: 'scroll'}, table);
		this.figure = element(
			'figure',
			{},
			element(
				'figcaption',
				{},
				element('h3', {}, element('bdi', {}, this.title)),
				element('small', {}, chart.unit),
				element('p', {}, chart.about),
			),
			this.#area,
			this.#legend,
			element('details', {}, element('summary', {}, `Numbers of ${chart.title.toLowerCase()}`), scroll),
		);
		new ResizeObserver(() => this.#chart?.setSize(this.#size())).observe(this.#area);
		this.#area.addEventListener('keydown', (event) => this.#chart && press(this.#chart, event));
		this.#area.addEventListener('focus', () => this.#legend.setAttribute('aria-live', 'polite'));
		this.#area.addEventListener('blur', () => this.#legend.removeAttribute('aria-live'));
	}

	/**
	 * Draws what the runs have said. A chart that has nothing to show is not there.
	 *
	 * @param {{axis: Line, hidden: ReadonlySet<number>, scheme: string}} view
	 */
	draw({axis, hidden, scheme}) {
		const shown = this.members.filter((run) => !hidden.has(run));
		this.#strokes = strokesOf(this.chart, shown);
		this.figure.hidden = this.#strokes.length === 0;
		const widths = this.members.map((i) => (runs[i]?.slice.width === 1 ? 'step' : 'bucket'));
		const keys = this.#strokes.map(({run, line}) => `${run}:${line.key}`);
		const data = () => dataOf(this.#strokes, axis.key, this.chart.each === true);
		const signature = [axis.key, scheme, ...widths, ...keys].join(' ');
		if (this.figure.hidden) {
			this.#remove();
		} else if (signature !== this.#signature) {
			this.#remove();
			this.#name();
			this.#chart = new uPlot(this.#options(axis), data(), this.#area);
		} else {
			this.#renew(data());
		}
		this.#signature = signature;
		this.#describe(axis);
	}

	/**
	 * Shows newer data; where a part of the steps is looked at, in that part.
	 *
	 * @param {uPlot.AlignedData} data
	 */
	#renew(data) {
		const [xs = []] = this.#chart?.data ?? [];
		const {min = null, max = null} = this.#chart?.scales.x ?? {};
		const zoomed = min !== null && max !== null && (min > (xs[0] ?? 0) || max < (xs.at(-1) ?? 0));
		this.#chart?.setData(data, !zoomed);
		if (zoomed) {
			this.#chart?.redraw();
		}
	}

	#remove() {
		this.#chart?.destroy();
		this.#chart = undefined;
		this.#signature = '';
	}

	#size() {
		return {width: Math.max(200, this.#area.clientWidth), height: chartHeight};
	}

	/**
	 * @param {Line} axis
	 * @returns {uPlot.Options}
	 */
	#options(axis) {
		const {each, band} = this.chart;
		// eslint-disable-next-line @typescript-eslint/no-unsafe-enum-assignment -- an enum without values at run time
		const logarithmic = /** @type {uPlot.Scale.Distr} */ (3);
		/** @type {uPlot.Series[]} */
		const series = [{label: axis.label}];
		/** @type {uPlot.Band[]} */
		const bands = [];
		for (const {run, line, color: stroke, dash} of this.#strokes) {
			const {slice} = /** @type {Run} */ (runs[run]);
			const cells = slice.mean[line.key] ?? [];
			const few = cells.filter((cell) => cell !== null).length <= fewPoints;
			series.push({stroke, width: 1.75, dash, points: few ? {show: true, size: 6} : {show: false}});
			if (slice.width > 1 && !each) {
				const range = {stroke: 'transparent', width: 0, points: {show: false}};
				series.push({...range}, {...range});
				bands.push({series: [series.length - 1, series.length - 2], fill: `${stroke}38`});
			}
		}
		return {
			...this.#size(),
			series,
			bands,
			legend: {show: false},
			cursor: {sync: {key: 'axis'}, points: {size: 7}},
			scales: {
				x: {time: false},
				y: each ? {distr: logarithmic} : {range: rangeOver(band)},
			},
			axes: [{...axisOf(34), ...(axis.key === 'hours' ? {} : {incrs: wholeNumbers})}, axisOf(60, each)],
			hooks: {
				setCursor: [() => this.#read()],
				drawClear: band === undefined ? [] : [(u) => shade(u, band)],
			},
		};
	}

	/** Writes what each line is beside the chart. */
	#name() {
		this.#values = this.#strokes.map(() => element('output'));
		const entries = this.#strokes.map((stroke, i) =>
			element('li', {}, lineSample(stroke), element('bdi', {}, stroke.name), ' ', this.#values[i] ?? ''),
		);
		this.#legend.replaceChildren(...entries);
	}

	/** Shows the numbers under the cursor: of the last point up to there that a line has. */
	#read() {
		const {idx} = this.#chart?.cursor ?? {};
		let place = 1;
		this.#strokes.forEach(({run}, i) => {
			const column = this.#chart?.data[place] ?? [];
			const last =
				idx === null || idx === undefined ? -1 : column.slice(0, idx + 1).findLastIndex((y) => y !== undefined);
			const text = last < 0 ? '' : short(column[last]);
			/** @type {HTMLElement} */ (this.#values[i]).textContent = text;
			place += runs[run]?.slice.width === 1 || this.chart.each ? 1 : 3;
		});
	}

	/**
	 * The chart in words: as its label, and as a table.
	 *
	 * @param {Line} axis
	 */
	#describe(axis) {
		const rows = this.#strokes.map(({run, line, name}) => ({
			name,
			...statistics(/** @type {Run} */ (runs[run]), line.key),
		}));
		const words = rows.map(
			({name, last, least, most}) => `${name}: ${short(last)}, from ${short(least)} to ${short(most)}`,
		);
		const keys = 'Arrow keys read it, plus and minus zoom, Escape shows all.';
		this.#area.setAttribute('aria-label', `${this.title} by ${axis.label.toLowerCase()}. ${words.join('; ')}. ${keys}`);
		const entry = (/** @type {(typeof rows)[number]} */ {name, last, least, most}) =>
			element(
				'tr',
				{},
				element('th', {scope: 'row'}, element('bdi', {}, name)),
				...[last, least, most].map((value) => element('td', {}, short(value))),
			);
		this.#table.replaceChildren(...rows.map(entry));
	}
}
