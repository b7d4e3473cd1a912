/** Everybody in one table: the final loss, the time of a step, and the state that is kept. */
import type {Cell} from '../study/cell';
import type {Comparison} from '../study/comparison';
import type {Section} from '../study/document';
import {summarize} from '../study/inference';
import type {Rated} from '../study/rates';
import {nameOf} from '../study/regime';
import type {Timing} from '../study/timing';
import {median, ratios} from '../statistics';
import {columns} from './columns';
import {judgeAll} from './losses';
import {interval, nats, percentage, settingsInWords} from './words';

/** What a roster is of, in one regime. */
export interface Roster {
	readonly comparison: Comparison;
	readonly rated: readonly Rated[];
	readonly timings: readonly Timing[];
}

export function rosterSection(roster: Roster): Section {
	const {comparison, rated} = roster;
	const {entries, seeds, regimes, failed} = comparison;
	const reference = entries[0]?.title ?? '';
	const regime = regimes[0];
	return {
		title: 'Everybody',
		paragraphs: [
			`Losses are those of the validation text after the whole schedule, over the seeds ${seeds.join(', ')}, with 95 % ` +
				`intervals by Student's t, and differences paired by seed. Times are of the first steps, the medians of turns of ` +
				`everybody, one process of one thread at a time: Kron learns its preconditioner in all of these and later in fewer, ` +
				`and models as small as this make matrices cheap. The state is what the model held for the optimizer after them.`,
			...failed.map((run) => `A run gave nothing, twice: ${run}.`),
		],
		tables: [
			{
				caption: regime === undefined ? '' : nameOf(regime),
				columns: columns(
					['optimizer', 'family'],
					[
						...['loss', '95 %', `less ${reference}`, '95 %', 'ms a step', `in those of ${reference}`],
						...['its own', 'extra gradients', 'state, bytes a parameter'],
					],
					['chosen by'],
				),
				rows: rated.map((each) => row(each, roster)),
			},
			{
				caption: 'What everybody ran with',
				columns: columns(['optimizer', 'configuration', 'begun at']),
				rows: rated.map(({entry: {title, candidate}, settings}) => [
					title,
					settingsInWords(candidate.name, settings),
					candidate.source,
				]),
			},
		],
		charts: [],
	};
}

function row({entry, settings, certificate, line}: Rated, {comparison, timings}: Roster): readonly string[] {
	const cell = comparison.cells.find(({optimizer}) => optimizer === entry.title);
	const {mean, interval: ends} = summarize(cell?.losses.values() ?? []);
	const chosen =
		certificate !== undefined
			? `certificate, ${certificate.budget.used} of ${certificate.budget.runs} runs`
			: line === undefined
				? 'as published'
				: !line.whole
					? `none of ${line.runs} rates`
					: `best of ${line.runs} rates${line.edge ? ', at an end' : ''}`;
	return [
		entry.title,
		entry.candidate.family,
		nats(mean),
		interval(ends),
		...difference(cell, comparison),
		...times(entry.name, comparison, timings),
		entry.candidate.extra(settings).toFixed(2),
		bytes(timings.find((each) => each.entry === entry.name)?.stateBytes),
		chosen,
	];
}

function difference(cell: Cell | undefined, comparison: Comparison): readonly string[] {
	const judgement = cell && judgeAll(comparison).get(cell);
	if (judgement === undefined || judgement.count === 0) {
		return ['', ''];
	}
	return judgement.verdict === 'diverged' ? ['-', '-'] : [nats(judgement.mean), interval(judgement.interval)];
}

const stepDigits = 3;

/** A step, in those of the reference in the same round, and the optimizer's part of it. */
function times(name: string, {entries}: Comparison, timings: readonly Timing[]): readonly string[] {
	const [own, reference] = [name, entries[0]?.name].map((who) => timings.find(({entry}) => entry === who));
	if (own === undefined || Number.isNaN(median(own.step))) {
		return ['-', '-', '-'];
	}
	const {low, middle, high} = ratios(own.step, reference?.step ?? []);
	return [
		median(own.step).toFixed(stepDigits),
		`${middle.toFixed(2)} (${low.toFixed(2)} to ${high.toFixed(2)})`,
		percentage(ratios(own.own, own.step).middle),
	];
}

const bytes = (count = NaN) => (Number.isNaN(count) ? '-' : count.toFixed(1));
