/** How much less is needed for the same loss: in tokens, in computation and in time, side by side. */
import type {Comparison} from '../study/comparison';
import {describe, type Bounded} from '../study/curve';
import type {Chart, Point, Section} from '../study/document';
import {speedups, type Speedup} from '../study/speedup';
import type {Timing} from '../study/timing';
import {ratios} from '../statistics';
import {columns} from './columns';

/** A number, and where it may lie. */
interface Factor {
	readonly low: number;
	readonly middle: number;
	readonly high: number;
}

const exactly = (value: number): Factor => ({low: value, middle: value, high: value});

/** What a speed-up in tokens is multiplied by to be one in something else. */
interface Kind {
	readonly title: string;
	/** In the middle, and how far down and up it may be; NaN where it was not measured. */
	readonly factor: (entry: string, ratio: number) => Factor;
}

export function speedupSection(comparison: Comparison, timings: readonly Timing[]): Section {
	const {cells, entries} = comparison;
	const reference = entries[0]?.title ?? '';
	const found = speedups(cells, reference);
	const kinds = kindsOf(comparison, timings);
	return {
		title: `Speed-up over ${reference}`,
		paragraphs: [
			`How many times as much ${reference} needs for the loss that another has at the end. It is read off ${reference}'s own ` +
				`final losses at several ratios, between those that were measured and never beyond: \`> 1.5\` is all that is known ` +
				`there. Intervals are 95 %, by drawing seeds anew; with 3 seeds they hold 85 to 88 % of the time, with 5 91 to 95 %. In ` +
				`computation what refreshes of the curvature compute is counted with the tokens; in time whole steps are, on this ` +
				`machine, and the quartiles of the measured ratios widen the interval.`,
		],
		tables: [
			{
				caption: 'Above 1 is faster',
				columns: columns(['optimizer'], ['ratio', ...kinds.map(({title}) => title)]),
				rows: found.map(({cell: {optimizer, ratio}, ...speedup}) => [
					optimizer,
					String(ratio),
					...kinds.map((kind) => inWords(speedup, kind.factor(optimizer, ratio))),
				]),
			},
		],
		charts: kinds.map((kind) => chart(kind, found)).filter(({series}) => series.length > 0),
	};
}

function kindsOf({configured, entries}: Comparison, timings: readonly Timing[]): readonly Kind[] {
	const reference = entries[0]?.name;
	const find = (title: string) => entries.find((entry) => entry.title === title)?.name;
	const gradients = (name: string | undefined, ratio: number) => {
		const each = configured.find(({entry, regime}) => entry.name === name && regime.ratio === ratio);
		return each === undefined ? NaN : 1 + each.entry.candidate.extra(each.settings);
	};
	const steps = (name: string | undefined, ratio: number) =>
		timings.find((each) => each.entry === name && each.ratio === ratio)?.step ?? [];
	return [
		{title: 'in tokens', factor: () => exactly(1)},
		{
			title: 'in computation',
			factor: (title, ratio) => exactly(gradients(reference, ratio) / gradients(find(title), ratio)),
		},
		{title: 'in time', factor: (title, ratio) => ratios(steps(reference, ratio), steps(find(title), ratio))},
	];
}

const times = ({relation, value}: Bounded, factor: number): Bounded => ({relation, value: value * factor});

function inWords({tokens, low, high}: Pick<Speedup, 'tokens' | 'low' | 'high'>, factor: Factor): string {
	if (Number.isNaN(factor.middle) || Number.isNaN(tokens.value)) {
		return 'not measured';
	}
	const [middle, ...ends] = [times(tokens, factor.middle), times(low, factor.low), times(high, factor.high)].map(
		describe,
	);
	return `${middle ?? ''} (${ends.join(' to ')})`;
}

function chart(kind: Kind, found: readonly Speedup[]): Chart {
	const names = [...new Set(found.map(({cell}) => cell.optimizer))];
	const point = ({cell, tokens, low, high}: Speedup): Point => {
		const factor = kind.factor(cell.optimizer, cell.ratio);
		const bound = tokens.relation === '=' ? {} : ({bound: tokens.relation === '>' ? 'above' : 'below'} as const);
		const ends = bound.bound === undefined ? {low: low.value * factor.low, high: high.value * factor.high} : {};
		return {x: cell.ratio, y: tokens.value * factor.middle, ...ends, ...bound};
	};
	return {
		title: `Speed-up ${kind.title}`,
		about: 'By the ratio of tokens to parameters, with 95 % intervals; an arrow says that more or less is not known.',
		x: {title: 'tokens in twenties of the parameters', log: 2},
		y: {title: `speed-up ${kind.title}`},
		levels: [{at: 1, title: 'as fast'}],
		series: names
			.map((name) => ({name, points: found.filter(({cell}) => cell.optimizer === name).map(point)}))
			.filter(({points}) => points.some(({y}) => Number.isFinite(y))),
	};
}
