/** A report of the study for a terminal: what its page shows, with the numbers of each chart in its place. */
import {printable} from '#lib/errors';
import {stampsOf, type Document, type Section, type Table} from './document';
import {numbersOf} from './numbers';

/** Rows of a chart's numbers: more are for its page. */
const mostRows = 12;

const gap = '  ';

/** @param width of prose, in columns; tables are as wide as what they hold */
export function text(document: Document, width = 100): string {
	const {title, stamp, head, sections} = document;
	const blocks = [
		[printable(title), '='.repeat(widthOf(printable(title)))],
		stamp === undefined ? [] : boxed(stamp, width),
		pairs(head),
		...sections.flatMap((section) => sectionBlocks(section, document, width)),
	];
	return blocks
		.filter((lines) => lines.length > 0)
		.map((lines) => `${lines.join('\n')}\n`)
		.join('\n');
}

function sectionBlocks({title, paragraphs, tables, charts}: Section, document: Document, width: number) {
	const marked = (table: Table) => tableLines(table, stampsOf(document, table));
	return [
		[printable(title), '-'.repeat(widthOf(printable(title)))],
		...paragraphs.map((paragraph) => wrapped(paragraph, width)),
		...tables.map(marked),
		...charts.flatMap((chart) => [marked(numbersOf(chart, mostRows)), wrapped(chart.about, width)]),
	];
}

function boxed(stamp: string, width: number): readonly string[] {
	const lines = wrapped(stamp, width - 4);
	const inside = Math.max(...lines.map(widthOf));
	const rule = '*'.repeat(inside + 4);
	return [rule, ...lines.map((line) => `* ${padded(line, inside)} *`), rule];
}

function pairs(head: Document['head']): readonly string[] {
	const names = head.map(([name]) => printable(name));
	const width = Math.max(0, ...names.map(widthOf));
	return head.map(([, value], i) => `${padded(names[i] ?? '', width)}${gap}${printable(value)}`);
}

/** A table by what it holds: text to the left, numbers to the right. */
function tableLines({caption, columns, rows}: Table, stamps: readonly string[]): readonly string[] {
	const cells = [columns.map(({title}) => title), ...rows].map((row) => columns.map((_, i) => printable(row[i] ?? '')));
	const widths = columns.map((_, i) => Math.max(...cells.map((row) => widthOf(row[i] ?? ''))));
	const [head = '', ...body] = cells.map((row) =>
		row
			.map((cell, i) => padded(cell, widths[i] ?? 0, columns[i]?.numeric))
			.join(gap)
			.trimEnd(),
	);
	const rule = widths.map((width) => '-'.repeat(width)).join(gap);
	return [...stamps.map((stamp) => `*** ${printable(stamp)} ***`), printable(caption), head, rule, ...body];
}

function wrapped(paragraph: string, width: number): readonly string[] {
	const lines: string[] = [];
	for (const word of printable(paragraph).split(' ')) {
		const line = lines.at(-1);
		if (line === undefined || widthOf(line) + 1 + widthOf(word) > width) {
			lines.push(word);
		} else {
			lines[lines.length - 1] = `${line} ${word}`;
		}
	}
	return lines;
}

/** Columns of a terminal: marks that stand over a letter take none. */
const widthOf = (line: string) => Array.from(line.replace(/\p{M}/gu, '')).length;

function padded(cell: string, width: number, right = false): string {
	const space = ' '.repeat(Math.max(0, width - widthOf(cell)));
	return right ? space + cell : cell + space;
}
