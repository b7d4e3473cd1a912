/** Final losses: who is better after the last step of the whole schedule. */
import type {Cell} from '../study/cell';
import type {Comparison} from '../study/comparison';
import type {Chart, Section, Table} from '../study/document';
import {judge, pairedDifference, summarize, type Judgement} from '../study/inference';
import {nameOf} from '../study/regime';
import {columns} from './columns';
import {interval, nats} from './words';

/** Only the loss after the last step of the whole schedule counts. */
export function lossSection(comparison: Comparison): Section {
	const {regimes, seeds, failed, entries} = comparison;
	const reference = entries[0]?.title ?? '';
	const judged = judgeAll(comparison);
	return {
		title: 'Final validation loss',
		paragraphs: [
			`After the whole schedule, over the ${seeds.length} seeds ${seeds.join(', ')}, which no search has seen and which are the ` +
				`same for all. The validation text is that of the searches: each of them has chosen its best there. Intervals are 95 % ` +
				`by Student's t. Differences to ${reference} are paired by seed; their verdicts are corrected for all ` +
				`${judged.size} comparisons of these tables (Holm 1979). A tie says that these runs do not tell them apart.`,
			...failed.map((run) => `A run gave nothing, twice: ${run}.`),
		],
		tables: regimes.map(({ratio}) => lossTable(comparison, ratio, judged)).filter(({rows}) => rows.length > 1),
		charts: [lossChart(comparison), differenceChart(comparison, judged)],
	};
}

/** Every difference to the reference, in one family. */
export function judgeAll({cells, entries}: Comparison): ReadonlyMap<Cell, Judgement> {
	const referenceAt = (ratio: number) =>
		cells.find((cell) => cell.optimizer === entries[0]?.title && cell.ratio === ratio)?.losses ?? new Map();
	const others = cells.filter(({optimizer}) => optimizer !== entries[0]?.title);
	return judge(new Map(others.map((cell) => [cell, pairedDifference(cell.losses, referenceAt(cell.ratio))])));
}

function lossChart({cells, entries}: Comparison): Chart {
	return {
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
	};
}

/** The fall over tokens hides what tells optimizers apart; this does not. */
function differenceChart({entries}: Comparison, judged: ReadonlyMap<Cell, Judgement>): Chart {
	const [reference, ...others] = entries.map(({title}) => title);
	return {
		title: `Final loss less that of ${reference ?? ''}`,
		about: 'The mean of differences paired by seed, with its 95 % interval: below 0 is better.',
		x: {title: 'tokens', log: 2},
		y: {title: 'nats per token'},
		levels: [{at: 0, title: 'tie'}],
		series: others.map((name) => ({
			name,
			points: [...judged]
				.filter(([{optimizer}, {count}]) => optimizer === name && count > 0)
				.map(([{tokens}, {mean, interval: ends}]) => ({x: tokens, y: mean, ...finite(ends)})),
		})),
	};
}

const finite = ({low, high}: {readonly low: number; readonly high: number}) =>
	Number.isFinite(low) && Number.isFinite(high) ? {low, high} : {};

function lossTable(comparison: Comparison, ratio: number, judged: ReadonlyMap<Cell, Judgement>): Table {
	const {cells, regimes, entries, seeds} = comparison;
	const here = cells.filter((cell) => cell.ratio === ratio);
	const regime = regimes.find((each) => each.ratio === ratio);
	return {
		caption: regime === undefined ? '' : `${nameOf(regime)}: ${here[0]?.tokens.toLocaleString('en') ?? ''} tokens`,
		columns: columns(
			['optimizer'],
			['loss', '95 %', 'sd', `less ${entries[0]?.title ?? ''}`, '95 %', 'p (Holm)'],
			['verdict'],
		),
		rows: here.map((cell) => {
			const {mean, deviation, interval: ends} = summarize(cell.losses.values());
			const own = [cell.optimizer, nats(mean), interval(ends), Number.isNaN(deviation) ? '-' : nats(deviation)];
			return [...own, ...judgementCells(judged.get(cell), missing(cell, seeds.length))];
		}),
	};
}

function judgementCells(judgement: Judgement | undefined, doubts: readonly string[]): readonly string[] {
	if (judgement === undefined) {
		return ['', '', '', ['reference', ...doubts].join(', ')];
	}
	const {mean, interval: ends, adjusted, verdict, doubt} = judgement;
	const words = [...(doubt === undefined ? [] : [doubt]), ...doubts].join(', ');
	const difference = verdict === 'diverged' ? ['-', '-', '-'] : [nats(mean), interval(ends), adjusted.toPrecision(2)];
	return [...difference, words === '' ? verdict : `${verdict} (${words})`];
}

/** Runs of a cell that are no losses. */
function missing({losses}: Cell, count: number): readonly string[] {
	const diverged = [...losses.values()].filter((loss) => !Number.isFinite(loss)).length;
	return [
		...(diverged > 0 ? [`${diverged} of ${count} diverged`] : []),
		...(losses.size < count ? [`${count - losses.size} of ${count} failed`] : []),
	];
}
