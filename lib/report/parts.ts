/** The parts of a page, each of the runs that it shows. */
import {phases} from './charts';
import type {Facts} from './facts';
import {histogram} from './histogram';
import type {History} from './history';
import {markup, Markup} from './markup';
import {shares, summaryColumns, summarize} from './summary';

/** Text that a model made of a prompt, or why there is none. */
export type Sample = {readonly text: string; readonly how: string} | {readonly absent: string};

/** A run as the page shows it. */
export interface Shown {
	readonly name: string;
	readonly history: History;
	readonly facts: Facts;
	readonly sample?: Sample;
}

/** What keeps a live page from news. */
export const alarm = (problem: string) => (problem === '' ? markup`` : markup`<p class="warnings">${problem}</p>`);

/** A name that may hold letters of any script, or marks that turn them round. */
const isolated = (name: string) => markup`<bdi>${name}</bdi>`;

/** The names of the runs. */
export const headline = (runs: readonly Shown[]) =>
	markup`${runs.map(({name}, i) => markup`${i === 0 ? '' : ', '}${isolated(name)}`)}`;

/** What tells a run from others, where there are any. */
const runTitle = (runs: readonly Shown[], name: string) =>
	runs.length > 1 ? markup`<h3>${isolated(name)}</h3>` : markup``;

/** A table with a column for each run, which scrolls by itself where the screen is narrow. */
function table(
	label: string,
	runs: readonly Shown[],
	rows: readonly (readonly [name: string, cells: readonly string[]])[],
) {
	const head = markup`<thead><tr><td></td>${runs.map(({name}) => markup`<th scope="col">${isolated(name)}</th>`)}</tr></thead>`;
	const body = rows.map(([name, cells]) => {
		const kind = cells.some((cell) => cell !== cells[0]) ? markup` class="differs"` : '';
		return markup`<tr${kind}><th scope="row">${name}</th>${cells.map((cell) => markup`<td dir="auto">${cell}</td>`)}</tr>\n`;
	});
	const inside = markup`<table>${runs.length > 1 ? head : ''}<tbody>${body}</tbody></table>`;
	return markup`<div class="scroll" role="region" aria-label="${label}" tabindex="0">${inside}</div>`;
}

/** The last numbers of each run, and what it warned of. */
export function summary(runs: readonly Shown[]): Markup {
	const columns = runs.map(({history, facts}) => summarize(history, facts));
	const rows = summaryColumns.map((name, i) => [name, columns.map((column) => column[i] ?? '')] as const);
	const warnings = runs.flatMap(({name, history}) =>
		history.warnings.map(({step, text}) => markup`<li>${isolated(name)}, step ${step}: ${text}</li>`),
	);
	return markup`${table('Summary', runs, rows)}${warnings.length > 0 ? markup`<ul class="warnings">${warnings}</ul>` : ''}`;
}

/** How much of the runs is drawn. */
export function thinning(runs: readonly Shown[]): Markup {
	const said = runs
		.filter(({history}) => history.size.width > 1)
		.map(({name, history}) => markup`${isolated(name)}: a point is the mean of ${history.size.width} steps, `);
	return said.length === 0
		? markup`Every step is drawn.`
		: markup`${said}with the range from their lowest to their highest shaded around it.`;
}

/** The part of the time that each phase of a step took, as a bar and in words. */
export function time(runs: readonly Shown[]): Markup {
	return markup`${runs.map((run) => {
		const parts = shares(run.history);
		const place = (key: string) => phases.findIndex((phase) => phase.key === key);
		const label = (key: string) => phases[place(key)]?.label ?? key;
		const words = parts.map(({key, share}) => `${label(key)} ${(100 * share).toFixed(1)} %`);
		const ends = parts.map((_, i) => parts.slice(0, i).reduce((sum, {share}) => sum + share, 0));
		const bars = parts.map(
			({key, share}, i) =>
				markup`<rect class="fill-${place(key)}" x="${100 * (ends[i] ?? 0)}" width="${100 * share}" height="4"/>`,
		);
		const bar = markup`<svg class="bar" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">${bars}</svg>`;
		const swatch = (key: string) =>
			markup`<svg class="swatch" viewBox="0 0 4 4" aria-hidden="true"><rect class="fill-${place(key)}" width="4" height="4"/></svg>`;
		const legend = parts.map(({key}, i) => markup`<li>${swatch(key)}${words[i] ?? ''}</li>`);
		const title = runTitle(runs, run.name);
		return markup`${title}${parts.length === 0 ? markup`<p>No time was measured yet.</p>` : markup`${bar}<ul class="legend">${legend}</ul>`}`;
	})}`;
}

/** What the models say. */
export function samples(runs: readonly Shown[]): Markup {
	const shown = runs.flatMap(({name, sample}) => {
		if (sample === undefined) {
			return [];
		}
		const title = runTitle(runs, name);
		const body =
			'absent' in sample
				? markup`<p>No sample: ${sample.absent}</p>`
				: markup`<p>${sample.how}</p><pre dir="auto" tabindex="0">${new Markup('\n')}${sample.text}</pre>`;
		return [markup`${title}${body}`];
	});
	return shown.length === 0
		? markup``
		: markup`<section aria-labelledby="sample-title"><h2 id="sample-title">Sample</h2>${shown}</section>`;
}

/** Every option of each run; those that differ stand out. */
export function configuration(runs: readonly Shown[]): Markup {
	const maps = runs.map(({facts}) => new Map(facts.configuration));
	const names = [...new Set(maps.flatMap((map) => [...map.keys()]))];
	const rows = names.map((name) => [name, maps.map((map) => map.get(name) ?? '–')] as const);
	const missing = runs.flatMap(({name, facts}) =>
		facts.absent === undefined ? [] : [markup`<p>${isolated(name)}: ${facts.absent}</p>`],
	);
	return markup`${missing}${rows.length > 0 ? table('Configuration', runs, rows) : ''}`;
}

/** How near the coordinates of each run are to being clipped, where the optimizer is one that clips. */
export function ratios(runs: readonly Shown[]): Markup {
	const shown = runs.flatMap(({name, history: {ratios: newest}}) =>
		newest === undefined ? [] : [markup`${runTitle(runs, name)}${histogram(newest)}`],
	);
	return shown.length === 0 ? markup`` : markup`<h2>How near to clipping</h2>${shown}`;
}
