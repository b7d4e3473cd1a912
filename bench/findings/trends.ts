/** Where data efficiencies go with the size of the model: a line for each optimizer, as far as it is to be believed. */
import type {Candidate} from '../candidates/candidate';
import type {Chart, Point, Table} from '../study/document';
import type {Interval} from '../study/inference';
import type {Efficiency} from '../study/joint';
import {parametersOf, type Shape} from '../study/regime';
import {outlook, trendOf, type Outlook, type Trend} from '../study/trend';
import {columns} from './columns';

/** An optimizer other than the reference. */
export interface Contender {
	readonly title: string;
	readonly family: Candidate['family'];
	/** At each size that has a fit. */
	readonly efficiencies: readonly (Efficiency & {readonly parameters: number})[];
}

/** What is said of trends. */
export interface Trends {
	readonly paragraphs: readonly string[];
	readonly tables: readonly Table[];
	readonly charts: readonly Chart[];
}

/** One whose efficiencies make a line. */
interface Line {
	readonly contender: Contender;
	readonly trend: Trend;
	readonly outlook: Outlook;
}

/** GPT-2's smallest, of which everybody would like to know. */
const wished: Shape = {layers: 12, width: 768, heads: 12};

const digits = 3;

/** The ends of an interval of factors, or of exponents. */
export const ends = ({low, high}: Interval): string =>
	Number.isFinite(low) && Number.isFinite(high) ? `${low.toFixed(digits)} to ${high.toFixed(digits)}` : 'unbounded';

/** @param extrapolate a size of which something is said however far beyond the measured ones it lies */
export function trendsOf(contenders: readonly Contender[], extrapolate: Shape | undefined): Trends {
	const shape = extrapolate ?? wished;
	const lines = contenders.flatMap((contender): Line[] => {
		const trend = trendOf(contender.efficiencies);
		const options = {extrapolate: extrapolate !== undefined};
		return trend === undefined ? [] : [{contender, trend, outlook: outlook(trend, parametersOf(shape), options)}];
	});
	if (lines.length === 0) {
		return {paragraphs: ['How a factor goes with size takes fits of two sizes.'], tables: [], charts: []};
	}
	const name = `${shape.layers}x${shape.width}`;
	return {paragraphs: [wordsOf(lines, name)], tables: [tableOf(lines, name)], charts: [chartOf(lines)]};
}

/** What the line is, and how far it is taken at its word. */
function wordsOf(lines: readonly Line[], name: string): string {
	const slope = 'Over sizes a factor goes as N^b: it stays where b is 0, and shrinks where b is below.';
	const [refused] = lines.flatMap((line) => ('refused' in line.outlook ? line.outlook.refused : []));
	return refused === undefined
		? slope
		: `${slope} Nothing is said of ${name}: ${refused}. \`--extrapolate ${name}\` says it all the same.`;
}

function tableOf(lines: readonly Line[], name: string): Table {
	const isTold = lines.some((line) => 'rho' in line.outlook);
	return {
		caption: 'How the factor goes with size',
		columns: columns(
			['optimizer', 'family'],
			['b', '95 %', 'sizes', ...(isTold ? [`ρ at ${name}`, '95 %', 'beyond what was measured'] : [])],
		),
		rows: lines.map(({contender: {title, family}, trend: {slope, interval, sizes}, outlook: there}) => [
			title,
			family,
			slope.toFixed(digits),
			ends(interval),
			String(sizes),
			...(isTold ? outlookCells(there) : []),
		]),
	};
}

const outlookCells = (there: Outlook): readonly string[] => [
	...('rho' in there ? [there.rho.toFixed(digits), ends(there.interval)] : ['', '']),
	`× ${there.extrapolation.toFixed(1)}`,
];

const chartOf = (lines: readonly Line[]): Chart => ({
	title: 'Data efficiency by size',
	about: 'How many times as far a token takes each optimizer as the reference, with 95 % intervals.',
	x: {title: 'parameters without embeddings', log: 2},
	y: {title: 'ρ'},
	levels: [{at: 1, title: 'as far'}],
	series: lines.map(({contender: {title, efficiencies}}) => ({
		name: title,
		points: efficiencies.filter(({rho}) => Number.isFinite(rho.value)).map(pointOf),
	})),
});

function pointOf({parameters, rho: {value, interval}}: Contender['efficiencies'][number]): Point {
	const isBounded = Number.isFinite(interval.low) && Number.isFinite(interval.high);
	return {x: parameters, y: value, ...(isBounded ? interval : {})};
}
