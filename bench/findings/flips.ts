/** Rankings on the way: what would have been said before the end of decay. */
import type {Comparison} from '../study/comparison';
import type {Chart, Section} from '../study/document';
import {meanOf} from '../study/cell';
import {curveParts} from '../study/job';
import {flips} from '../study/ranks';
import {nameOf, type Regime} from '../study/regime';
import {columns} from './columns';
import {nats, percentage} from './words';

/** Parts of the steps at which rankings are looked at. */
const marks = [0.25, 0.5, 0.75, 0.9];

export function flipSection(comparison: Comparison): Section {
	const regimes = comparison.regimes.filter((regime) => curvesIn(regime, comparison).length > 1);
	return {
		title: 'Rankings that flipped',
		paragraphs: [
			'What would have been said before the end of decay, by the mean loss of the batches of the last twentieth of the ' +
				'steps up to there, beside the final validation loss. Who crossed there by less than the noise of the tables above ' +
				'has crossed by chance. Nothing else in this report is computed from the middle of a run.',
		],
		tables: [
			{
				caption: 'Agreement with the last ranking, Kendall τ, and who crossed',
				columns: columns(['regime'], ['at', 'τ'], ['crossed']),
				rows: regimes.flatMap((regime) => rows(regime, comparison)),
			},
		],
		charts: regimes.map((regime): Chart => curveChart(regime, comparison)),
	};
}

/** Losses of training batches before they are trained on, the same batches for all, and then the final loss that counts. */
function rows(regime: Regime, comparison: Comparison): string[][] {
	const here = curvesIn(regime, comparison).filter(({curve}) => curve.length === curveParts);
	const course = (curve: readonly number[]) => marks.map((mark) => curve[Math.round(mark * curveParts) - 1] ?? NaN);
	const final = (title: string) =>
		meanOf(
			comparison.cells.find((cell) => cell.optimizer === title && cell.ratio === regime.ratio)?.losses.values() ?? [],
		);
	const courses = here.map(({entry: {title}, curve}) => [title, [...course(curve), final(title)]] as const);
	return flips(new Map(courses)).map(({mark, tau, crossings}) => [
		nameOf(regime),
		percentage(marks[mark] ?? NaN),
		tau.toFixed(2),
		crossings
			.map(({leader, winner, lead, win}) => `${leader} led ${winner} by ${nats(lead)}, lost by ${nats(win)}`)
			.join('; ') || 'nobody',
	]);
}

const curvesIn = (regime: Regime, {curves}: Comparison) =>
	curves.filter((each) => nameOf(each.regime) === nameOf(regime));

function curveChart(regime: Regime, comparison: Comparison): Chart {
	return {
		title: `On the way, ${nameOf(regime)}`,
		about: 'Mean loss of the batches in each twentieth of the steps, over all seeds.',
		x: {title: 'part of the steps'},
		y: {title: 'nats per token'},
		series: curvesIn(regime, comparison).map(({entry, curve}) => ({
			name: entry.title,
			points: curve.map((loss, part) => ({x: (part + 1) / curveParts, y: loss})).slice(1),
		})),
	};
}
