/** What every optimizer costs beside its loss. */
import type {Comparison} from '../study/comparison';
import type {Section} from '../study/document';
import type {Timing} from '../study/timing';
import {ratios, median} from '../statistics';
import {columns} from './columns';

const digits = 3;

const titles = ['ratio', 'ms a step', 'in those of the reference', 'ms of its own', 'extra gradients'];

export function costSection(comparison: Comparison, timings: readonly Timing[]): Section {
	const {entries} = comparison;
	return {
		title: 'Cost',
		paragraphs: [
			`Times are processor time of whole steps, which for one thread on an idle machine is that of the clock, in turns of ` +
				`everybody, one process at a time; ratios are to ` +
				`${entries[0]?.title ?? ''} in the same round, the median and the quartiles. Extra gradients are what refreshes of the ` +
				`curvature compute for each step's tokens.`,
		],
		tables: [
			{
				caption: 'Time and memory',
				columns: columns(['optimizer'], [...titles, 'state, bytes a parameter']),
				rows: timings.flatMap((timing) => row(comparison, timings, timing)),
			},
		],
		charts: [],
	};
}

function row({configured, entries}: Comparison, timings: readonly Timing[], timing: Timing): string[][] {
	const each = configured.find(({entry, regime}) => entry.name === timing.entry && regime.ratio === timing.ratio);
	const reference = timings.find(({entry, ratio}) => entry === entries[0]?.name && ratio === timing.ratio);
	if (each === undefined || Number.isNaN(median(timing.step))) {
		return [];
	}
	const {low, middle, high} = ratios(timing.step, reference?.step ?? []);
	return [
		[
			each.entry.title,
			String(timing.ratio),
			median(timing.step).toFixed(digits),
			`${middle.toFixed(2)} (${low.toFixed(2)} to ${high.toFixed(2)})`,
			median(timing.own).toFixed(digits),
			each.entry.candidate.extra(each.settings).toFixed(2),
			timing.stateBytes.toFixed(1),
		],
	];
}
