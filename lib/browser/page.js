/** The page at work: its charts, what they are laid out by, which runs they show, and news while a run goes on. */
'use strict';

const dark = matchMedia('(prefers-color-scheme: dark)');
const view = {
	axis: page.axes[0] ?? {key: 'step', label: 'Steps'},
	hidden: new Set(/** @type {number[]} */ ([])),
	scheme: '',
};
const every = runs.map((_, i) => i);
const plots = page.charts.flatMap((chart) =>
	chart.each ? every.map((run) => new Plot(chart, [run])) : [new Plot(chart, every)],
);

function draw() {
	view.scheme = dark.matches ? 'dark' : 'light';
	plots.forEach((plot) => plot.draw(view));
}

/** Draws at the next frame, once for all that has come until then. */
let due = false;
function drawSoon() {
	if (!due) {
		due = true;
		requestAnimationFrame(() => {
			due = false;
			draw();
		});
	}
}

/** What the charts are laid out by, among the numbers that every run has said. */
function axisChoice() {
	const options = page.axes.map(({key, label}) => element('option', {value: key}, label));
	const select = /** @type {HTMLSelectElement} */ (element('select', {}, ...options));
	select.addEventListener('change', () => {
		view.axis = page.axes.find(({key}) => key === select.value) ?? view.axis;
		draw();
	});
	return element('label', {}, 'Lay out by', select);
}

/** @param {number} run */
function runChoice(run) {
	const box = /** @type {HTMLInputElement} */ (element('input', {type: 'checkbox'}));
	box.checked = true;
	box.addEventListener('change', () => {
		view.hidden[box.checked ? 'delete' : 'add'](run);
		draw();
	});
	return element('label', {}, box, element('bdi', {}, runs[run]?.name ?? ''));
}

/** The parts that came with news, by the `id` of their element. */
const shown = /** @type {Map<string, string>} */ (new Map());

/** @typedef {{run: number, slice: Slice, newest: Record<string, number | null>}} News */

/** @typedef {{runs: News[], parts: Record<string, string>}} NewsOfAll */

/** @param {NewsOfAll} news */
function absorb(news) {
	for (const {run, slice, newest} of news.runs) {
		const known = runs[run];
		if (known !== undefined) {
			known.slice = mergeSlice(known.slice, slice);
			known.newest = newest;
		}
	}
	for (const [id, markup] of Object.entries(news.parts)) {
		const part = document.getElementById(id);
		if (part !== null && shown.get(id) !== markup) {
			part.innerHTML = markup; // escaped by the server like all of the page
			shown.set(id, markup);
		}
	}
	drawSoon();
}

/** Hears of every step until the run ends. A connection that is lost is tried again. */
function listen() {
	const state = /** @type {HTMLElement} */ (document.getElementById('state'));
	/** @param {string} text */
	const say = (text) => {
		state.className = text;
		state.textContent = text;
	};
	const source = new EventSource('events');
	source.addEventListener('open', () => say('live'));
	source.addEventListener('error', () => say('connection lost'));
	source.addEventListener('message', (event) => {
		/** @type {unknown} */
		const news = JSON.parse(String(event.data));
		absorb(/** @type {NewsOfAll} */ (news));
	});
	source.addEventListener('end', () => {
		source.close();
		say('ended');
	});
}

const controls = /** @type {HTMLElement} */ (document.getElementById('controls'));
controls.append(axisChoice(), ...(runs.length > 1 ? every.map(runChoice) : []));
controls.hidden = false;
controls.addEventListener('submit', (event) => event.preventDefault());
document.getElementById('charts')?.append(...plots.map(({figure}) => figure));
draw();
dark.addEventListener('change', draw);
if (page.live) {
	listen();
}
