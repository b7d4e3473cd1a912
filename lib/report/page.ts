/** The page of some runs: one file that needs nothing from anywhere. What it says it says without a script; it draws with one. */
import {readAssets} from './assets';
import {axes, charts} from './charts';
import type {History} from './history';
import {embed, markup, Markup} from './markup';
import {alarm, configuration, headline, ratios, samples, summary, thinning, time, type Shown} from './parts';

export interface PageOptions {
	/** What made the page, with its version. */
	readonly maker: string;
	/** Whether the page asks for news beside where it was found. */
	readonly live: boolean;
	/** What keeps a live page from news; empty for nothing. */
	readonly problem?: string;
}

/** The page as HTML. */
export function page(runs: readonly Shown[], {maker, live, problem = ''}: PageOptions): string {
	const {script, style, license, policy} = readAssets(live ? "'self'" : "'none'");
	const data = {charts, axes, live, runs: runs.map(({name, history}) => ({name, ...drawn(history)}))};
	const title = runs.map(({name}) => name).join(', ');
	return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<link rel="icon" href="data:,">
<title>${title} – sophia</title>
<style>${new Markup(style)}</style>
</head>
<body>
<header>
<h1>${headline(runs)}</h1>
${live ? markup`<p id="state" role="status">live</p>` : ''}
</header>
<main>
<div id="problem" role="alert">${alarm(problem)}</div>
<section aria-labelledby="summary-title"><h2 id="summary-title">Summary</h2><div id="summary">${summary(runs)}</div></section>
<section aria-labelledby="charts-title"><h2 id="charts-title">Charts</h2>
<noscript><p>The charts need JavaScript; everything else on this page does not.</p></noscript>
<form id="controls" hidden></form><p id="thinning">${thinning(runs)}</p><div id="charts"></div></section>
<section aria-labelledby="time-title"><h2 id="time-title">Where the time went</h2><div id="time">${time(runs)}</div></section>
<div id="ratios">${ratios(runs)}</div>
${samples(runs)}
<section aria-labelledby="configuration-title"><h2 id="configuration-title">Configuration</h2><div id="configuration">${configuration(runs)}</div></section>
</main>
<footer><p>Made by ${maker}. Charts by uPlot.</p></footer>
<script type="application/json" id="data">${embed(data)}</script>
<script>${new Markup(script)}</script>
</body>
</html>
<!-- uPlot is a part of this file, under this license:
${license}-->
`.text;
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
