/** The parts of a page of the study: what it says in words and in tables. */
import {markup, Markup} from '#lib/report/markup';
import {brief, stampsOf, type Chart, type Document, type Section, type Table} from './document';
import {misplaced} from './drawn';
import {numbersOf} from './numbers';

/** Rows of a chart's numbers; a curve of more is thinned. */
const mostRows = 60;

/** A name may hold letters of any script, or marks that turn them round. */
const isolated = (name: string) => markup`<bdi>${name}</bdi>`;

const stamped = (stamps: readonly string[]) => markup`${stamps.map((stamp) => markup`<p class="stamp">${stamp}</p>`)}`;

/** All of the page but its script. */
export function body(document: Document): Markup {
	const {title, stamp, head, sections} = document;
	const starts = sections.map((_, i) => sections.slice(0, i).reduce((sum, {charts}) => sum + charts.length, 0));
	const links = sections.map((section, i) => markup`<li><a href="#section-${i}">${isolated(section.title)}</a></li>`);
	const facts = head.map(([name, value]) => markup`<div><dt>${name}</dt><dd dir="auto">${value}</dd></div>\n`);
	return markup`${stamp === undefined ? '' : markup`<p id="stamp" class="stamp">${stamp}</p>`}
<header><h1>${isolated(title)}</h1></header>
<main>
<dl class="facts">${facts}</dl>
${sections.length > 1 ? markup`<nav aria-label="Sections"><ul>${links}</ul></nav>` : ''}
<noscript><p>The charts need JavaScript; their numbers, below each of them, do not.</p></noscript>
${sections.map((section, i) => sectionPart(section, i, starts[i] ?? 0, document))}
</main>`;
}

/** @param first the number of its first chart among all of the document */
function sectionPart({title, paragraphs, tables, charts}: Section, place: number, first: number, document: Document) {
	const figures = charts.map((chart, i) => chartPart(chart, first + i, stampsOf(document, chart)));
	return markup`<section id="section-${place}" aria-labelledby="title-${place}"><h2 id="title-${place}">${isolated(title)}</h2>
${paragraphs.map((paragraph) => markup`<p class="prose" dir="auto">${paragraph}</p>\n`)}
${tables.map((table, i) => tablePart(table, `table-${place}-${i}`, stampsOf(document, table)))}
${charts.length === 0 ? '' : markup`<div class="charts">${figures}</div>`}
</section>
`;
}

function tablePart(table: Table, id: string, stamps: readonly string[]): Markup {
	const caption = markup`<figcaption id="${id}"><h3>${isolated(table.caption)}</h3>${stamped(stamps)}</figcaption>`;
	return markup`<figure class="table">${caption}${scrolling(table, id, stamps)}</figure>
`;
}

/** Scrolls by itself where the screen is narrow. */
function scrolling({columns, rows}: Table, id: string, stamps: readonly string[]): Markup {
	const kind = (i: number) => (columns[i]?.numeric === true ? markup` class="number"` : markup``);
	const head = columns.map(({title}, i) => markup`<th scope="col"${kind(i)}>${isolated(title)}</th>`);
	const cell = (text: string, i: number) =>
		i === 0 ? markup`<th scope="row"${kind(i)}>${isolated(text)}</th>` : markup`<td${kind(i)}>${isolated(text)}</td>`;
	const body = rows.map((row) => markup`<tr>${columns.map((_, i) => cell(row[i] ?? '', i))}</tr>\n`);
	const mark = stamps.length === 0 ? markup`` : markup` data-stamp="${brief(stamps)}"`;
	return markup`<div class="scroll"${mark} role="region" aria-labelledby="${id}" tabindex="0"><table aria-labelledby="${id}"><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table></div>`;
}

function chartPart(chart: Chart, place: number, stamps: readonly string[]): Markup {
	const id = `chart-${place}`;
	const lost = misplaced(chart);
	const note =
		lost === 0 ? '' : ` ${lost === 1 ? 'A point has' : `${lost} points have`} no place on the horizontal axis.`;
	return markup`<figure id="${id}"><figcaption><h3 id="${id}-title">${isolated(chart.title)}</h3>
<p dir="auto">${chart.about}${note}</p>${stamped(stamps)}</figcaption>
<p class="axis">${isolated(chart.y.title)}</p><div class="plot" tabindex="0"></div><p class="axis below">${isolated(chart.x.title)}</p>
<ul class="legend"></ul><output class="reading" aria-live="polite"></output>
<details><summary>Numbers of ${isolated(chart.title)}</summary>${scrolling(numbersOf(chart, mostRows), `${id}-title`, stamps)}</details></figure>
`;
}
