/** Certificates, as they are read: the star that proves each, on one axis for all. */
import {candidateNamed, settingTitle} from '../candidates/index';
import type {Certificate} from '../study/certificate';
import type {Chart, Section, Series} from '../study/document';
import {nameOf} from '../study/regime';
import type {Ray} from '../study/star';
import {columns} from './columns';
import {nats, settingsInWords} from './words';

const titleOf = (optimizer: string) => candidateNamed(optimizer).title;

/** What searches found in a regime. */
export function tuneSection(certificates: readonly Certificate[]): Section {
	const [first] = certificates;
	const regime = first === undefined ? '' : nameOf(first.regime);
	return {
		title: `Tuned, ${regime}`,
		paragraphs: [
			`Every optimizer was given ${first?.budget.runs ?? 0} runs, ${first?.budget.tokens ?? 0} tokens. A value was taken ` +
				`where it was better by ${nats(first?.threshold ?? NaN)}; those within ${nats(first?.nearness ?? NaN)} of the best ` +
				`were run once more from seeds ${first?.seeds.fresh.join(' and ') ?? ''}, and the best by the mean was taken.`,
		],
		tables: [summaryTable(certificates), ...certificates.map(starTable)],
		charts: certificates.flatMap(({optimizer, star, best}) => rayCharts(optimizer, star, best)),
	};
}

function summaryTable(certificates: readonly Certificate[]) {
	return {
		caption: 'The best configuration of each; its loss is a mean over the seeds that it was run from',
		columns: columns(['optimizer'], ['loss', 'runs'], ['may be better beyond', 'configuration']),
		rows: certificates.map(({optimizer, loss, budget, edges, best}) => [
			titleOf(optimizer),
			nats(loss),
			String(budget.used),
			edges.map((edge) => settingTitle(optimizer, edge)).join(', ') || 'nothing that was tried',
			settingsInWords(optimizer, best),
		]),
	};
}

/** The centre of a line stands in brackets. */
function starTable({optimizer, star, best}: Certificate) {
	const width = Math.max(0, ...star.map(({points}) => points.length));
	return {
		caption: `${titleOf(optimizer)}: one setting changed at a time; the configuration itself in brackets`,
		columns: Array.from({length: width + 1}, (_, i) => ({title: i === 0 ? 'setting' : '', numeric: i > 0})),
		rows: star.map(({axis, points}) => [
			settingTitle(optimizer, axis),
			...points.map(({value, loss}) =>
				value === best[axis] ? `[${value}: ${nats(loss)}]` : `${value}: ${nats(loss)}`,
			),
		]),
	};
}

/** Loss over the learning rate alone: the line that matters most. */
function rayCharts(optimizer: string, star: readonly Ray[], best: Certificate['best']): Chart[] {
	const ray = star.find(({axis}) => axis === 'learningRate');
	const series: Series[] = [
		{name: titleOf(optimizer), points: (ray?.points ?? []).map(({value, loss}) => ({x: value, y: loss}))},
	];
	return ray === undefined || ray.points.length < 2
		? []
		: [
				{
					title: `${titleOf(optimizer)}, over the learning rate`,
					about: `Final loss with everything else at its best; the best rate is ${best.learningRate}.`,
					x: {title: 'learning rate', log: 2},
					y: {title: 'nats per token'},
					series,
				},
			];
}
