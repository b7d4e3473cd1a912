/** What a comparison found: who is better, by how much, what it costs, and what would have been said too early. */
import type {Comparison} from '../study/comparison';
import type {Chart, Point, Section, Table} from '../study/document';
import {judge, pairedDifference, summarize} from '../study/inference';
import {nameOf} from '../study/regime';
import type {Timing} from '../study/timing';
import {costSection} from './cost';
import {flipSection} from './flips';
import {speedupSection} from './speedups';
import {columns} from './columns';
import {interval, nats, settingsInWords} from './words';

export function comparisonSections(comparison: Comparison, timings: readonly Timing[]): readonly Section[] {
	return [
		lossSection(comparison),
		speedupSection(comparison, timings),
		costSection(comparison, timings),
		flipSection(comparison),
		configurationSection(comparison),
	];
}

/** Only the loss after the last step of the whole schedule counts. */
function lossSection(comparison: Comparison): Section {
	const {cells, regimes, seeds, failed, entries} = comparison;
	const reference = entries[0]?.title ?? '';
	return {
		title: 'Final validation loss',
		paragraphs: [
			`After the whole schedule, over the ${seeds.length} seeds ${seeds.join(', ')}, which no search has seen and which are the ` +
				`same for all. Intervals are 95 % by Student's t. Differences to ${reference} are paired by seed; their verdicts are ` +
				`corrected for the number of comparisons in a table (Holm 1979). A tie says that these runs do not tell them apart.`,
			...failed.map((run) => `A run gave nothing, twice: ${run}.`),
		],
		tables: regimes.map(({ratio}) => lossTable(comparison, ratio)).filter(({rows}) => rows.length > 1),
		charts: [
			{
				title: 'Final loss over tokens',
				about: 'Each point is a run with a schedule of its own, the mean over seeds, with its 95 % interval.',
				x: {title: 'tokens', log: 2},
				y: {title: 'nats per token'},
				series: entries.map(({title}) => ({
					name: title,
					points: cells
						.filter(({optimizer}) => optimizer === title)
						.map(({tokens, losses}) => {
							const {mean, interval: ends} = summarize(losses.values());
							return {x: tokens, y: mean, ...finite(ends)};
						}),
				})),
			},
			differenceChart(comparison),
		],
	};
}

/** The fall over tokens hides what tells optimizers apart; this does not. */
function differenceChart({cells, entries, regimes}: Comparison): Chart {
	const [reference, ...others] = entries.map(({title}) => title);
	const find = (title: string | undefined, ratio: number) =>
		cells.find((cell) => cell.optimizer === title && cell.ratio === ratio);
	const point = (title: string, ratio: number): Point[] => {
		const [here, there] = [find(title, ratio), find(reference, ratio)];
		if (here === undefined || there === undefined) {
			return [];
		}
		const {mean, interval: ends} = pairedDifference(here.losses, there.losses);
		return [{x: here.tokens, y: mean, ...finite(ends)}];
	};
	return {
		title: `Final loss less that of ${reference ?? ''}`,
		about: 'The mean of differences paired by seed, with its 95 % interval: below 0 is better.',
		x: {title: 'tokens', log: 2},
		y: {title: 'nats per token'},
		levels: [{at: 0, title: 'tie'}],
		series: others.map((name) => ({name, points: regimes.flatMap(({ratio}) => point(name, ratio))})),
	};
}

const finite = ({low, high}: {readonly low: number; readonly high: number}) =>
	Number.isFinite(low) && Number.isFinite(high) ? {low, high} : {};

function lossTable({cells, regimes, entries}: Comparison, ratio: number): Table {
	const here = cells.filter((cell) => cell.ratio === ratio);
	const [reference, ...others] = here;
	const family = new Map(
		others.map(({optimizer, losses}) => [optimizer, pairedDifference(losses, reference?.losses ?? new Map())]),
	);
	const judged = judge(family);
	const regime = regimes.find((each) => each.ratio === ratio);
	return {
		caption: regime === undefined ? '' : `${nameOf(regime)}: ${here[0]?.tokens.toLocaleString('en') ?? ''} tokens`,
		columns: columns(
			['optimizer'],
			['loss', '95 %', 'sd', `less ${entries[0]?.title ?? ''}`, '95 %', 'p (Holm)'],
			['verdict'],
		),
		rows: here.map(({optimizer, losses}) => {
			const {mean, deviation, interval: ends} = summarize(losses.values());
			const judgement = judged.get(optimizer);
			const own = [optimizer, nats(mean), interval(ends), nats(deviation)];
			return judgement === undefined
				? [...own, '', '', '', 'reference']
				: [
						...own,
						nats(judgement.mean),
						interval(judgement.interval),
						judgement.adjusted.toPrecision(2),
						judgement.verdict + (judgement.doubt === undefined ? '' : ` (${judgement.doubt})`),
					];
		}),
	};
}

function configurationSection({configured}: Comparison): Section {
	return {
		title: 'Configurations',
		paragraphs: [],
		tables: [
			{
				caption: 'What everybody ran with',
				columns: columns(['optimizer', 'regime', 'configuration'], ['runs of its search']),
				rows: configured.map(({entry, regime, settings, certificate}) => [
					entry.title,
					nameOf(regime),
					settingsInWords(entry.candidate.name, settings),
					certificate === undefined ? 'none' : `${certificate.budget.used} of ${certificate.budget.runs}`,
				]),
			},
		],
		charts: [],
	};
}
