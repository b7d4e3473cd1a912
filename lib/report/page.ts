/** The page of some runs: one file that needs nothing from anywhere. What it says it says without a script; it draws with one. */
import {shared} from './assets';
import {axes, charts} from './charts';
import type {History} from './history';
import {html} from './html';
import {markup, type Markup} from './markup';
import {alarm, configuration, headline, ratios, samples, summary, thinning, time, type Shown} from './parts';

export interface PageOptions {
	/** What made the page, with its version. */
	readonly maker: string;
	/** Whether the page asks for news beside where it was found. */
	readonly live: boolean;
	/** What keeps a live page from news; empty for nothing. */
	readonly problem?: string;
}

/** In the order in which they build on each other. */
const scripts = ['data.js', 'numbers.js', 'drawing.js', 'strokes.js', 'keys.js', 'plot.js', 'page.js'].map(shared);
const styles = ['page.css', 'charts.css'].map(shared);

/** The page as HTML. */
export function page(runs: readonly Shown[], {maker, live, problem = ''}: PageOptions): string {
	const data = {charts, axes, live, runs: runs.map(({name, history}) => ({name, ...drawn(history)}))};
	const title = `${runs.map(({name}) => name).join(', ')} – sophia`;
	const connect = live ? "'self'" : "'none'";
	return html({title, body: body(runs, live, problem), data, maker}, {scripts, styles, connect});
}

function body(runs: readonly Shown[], live: boolean, problem: string): Markup {
	return markup`<header>
<h1>${headline(runs)}</h1>
${live ? markup`<p id="state" role="status">live</p>` : ''}
</header>
<main>
<div id="problem" role="alert">${alarm(problem)}</div>
<section aria-labelledby="summary-title"><h2 id="summary-title">Summary</h2><div id="summary">${summary(runs)}</div></section>
<section aria-labelledby="charts-title"><h2 id="charts-title">Charts</h2>
<noscript><p>The charts need JavaScript; everything else on this page does not.</p></noscript>
<form id="controls" hidden></form><p id="thinning">${thinning(runs)}</p><div id="charts" class="charts"></div></section>
<section aria-labelledby="time-title"><h2 id="time-title">Where the time went</h2><div id="time">${time(runs)}</div></section>
<div id="ratios">${ratios(runs)}</div>
${samples(runs)}
<section aria-labelledby="configuration-title"><h2 id="configuration-title">Configuration</h2><div id="configuration">${configuration(runs)}</div></section>
</main>`;
}

/** What the script draws of a run. */
export function drawn(history: History, from = 0): object {
	return {slice: history.slice(from), newest: Object.fromEntries(history.newest)};
}

/** The parts of the page that change while a run goes on, by the `id` of their element. */
export function changing(runs: readonly Shown[], problem: string): Readonly<Record<string, string>> {
	return {
		problem: alarm(problem).text,
		summary: summary(runs).text,
		thinning: thinning(runs).text,
		time: time(runs).text,
		ratios: ratios(runs).text,
		configuration: configuration(runs).text,
	};
}
