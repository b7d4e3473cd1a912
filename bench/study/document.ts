/** What a command found, as data, of which `text.ts` makes lines for a terminal and `page.ts` a page. */

/** A whole report. */
export interface Document {
	readonly title: string;
	/** What must not be overlooked, such as `UNTUNED: ...`: shown over everything, and on every table and chart. */
	readonly stamp?: string;
	/** Names and values, such as machine, versions and date. */
	readonly head: readonly (readonly [name: string, value: string])[];
	readonly sections: readonly Section[];
}

export interface Section {
	readonly title: string;
	readonly paragraphs: readonly string[];
	readonly tables: readonly Table[];
	readonly charts: readonly Chart[];
}

/** What is tabled; the first cell of a row names it. */
export interface Table {
	readonly caption: string;
	readonly columns: readonly TableColumn[];
	readonly rows: readonly (readonly string[])[];
	/** Beside that of the document. */
	readonly stamp?: string;
}

export interface TableColumn {
	readonly title: string;
	/** Numbers stand to the right. */
	readonly numeric: boolean;
}

/** Points over a horizontal axis. */
export interface Chart {
	readonly title: string;
	/** What it shows, and how to read it, in a sentence or two. */
	readonly about: string;
	readonly x: Axis;
	readonly y: Axis;
	readonly series: readonly Series[];
	/**
	What a point is whose value is not finite; it is drawn at the top edge.

	@default 'diverged'
	*/
	readonly lost?: string;
	/** Levels to compare with, such as a tie at 1. */
	readonly levels?: readonly Level[];
	/** Ranges of values, such as those near the best. */
	readonly bands?: readonly Band[];
	/** Beside that of the document. */
	readonly stamp?: string;
}

export interface Axis {
	/** What is laid out, with its unit. */
	readonly title: string;
	/** The base of a logarithmic axis. */
	readonly log?: 2 | 10;
	/** Digits after the point. @default as many as the largest number needs for four digits */
	readonly decimals?: number;
	/** What is shown; points beyond it are drawn at its edge. @default all points */
	readonly range?: readonly [low: number, high: number];
}

export interface Series {
	/** The same name has the same colour and mark in every chart of a document. */
	readonly name: string;
	readonly points: readonly Point[];
	/** Whether the points are joined, in the order of x. @default true */
	readonly line?: boolean;
	/** For what is no contender: a fit, a theory, crossings. Drawn in the colour of text. @default false */
	readonly neutral?: boolean;
}

export interface Point {
	readonly x: number;
	/** Not finite for a run that diverged, or for what was never reached. */
	readonly y: number;
	/** Ends of an interval around y. */
	readonly low?: number;
	readonly high?: number;
	/** Where y is no value but a bound of one, drawn as an arrow: the value lies above or below it. */
	readonly bound?: 'above' | 'below';
	/** In words, beside the numbers. */
	readonly label?: string;
}

export interface Level {
	readonly at: number;
	readonly title: string;
}

export interface Band {
	readonly from: number;
	readonly to: number;
	readonly title: string;
}

/** What stands on a table or chart: the stamp of its document, and its own where that says something else. */
export function stampsOf(document: Pick<Document, 'stamp'>, part: {readonly stamp?: string}): readonly string[] {
	return [...new Set([document.stamp, part.stamp])].filter((stamp) => stamp !== undefined && stamp !== '') as string[];
}

/** Characters of a stamp that are written across a table or chart; all of it stands above. */
const longestBrief = 24;

/** The word that a stamp begins with. */
export const brief = ([stamp = '']: readonly string[]) => (stamp.split(':')[0] ?? '').slice(0, longestBrief);
