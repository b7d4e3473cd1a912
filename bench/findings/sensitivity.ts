/** What must be tuned again, in tables, and how sharp every optimizer's optimum is, on one axis. */
import {candidateNamed} from '../candidates/index';
import type {Axis as Line} from '../candidates/axes';
import type {Certificate} from '../study/certificate';
import type {Chart, Section} from '../study/document';
import {nameOf} from '../study/regime';
import {sensitivities} from '../study/sensitivity';
import {columns} from './columns';
import {nats} from './words';

/** Settings that several optimizers have are drawn together. */
const drawn = ['learningRate', 'weightDecay', 'beta1', 'beta2'];

/** @param groups the certificates of each optimizer, of at least two regimes for a verdict */
export function sensitivitySection(groups: readonly (readonly Certificate[])[]): Section {
	const several = groups.filter((certificates) => certificates.length > 1);
	const regimes = [...new Set(groups.flat().map(({regime}) => nameOf(regime)))];
	return {
		title: 'Sensitivity',
		paragraphs: [
			`A setting needs no tuning in another regime where one value is part of a near-best configuration in every one of ` +
				`${regimes.join(', ')}. That says what may be carried over, not that the setting does not matter: what a factor ` +
				`of 2 costs stands beside it.`,
		],
		tables: several.map(table),
		charts: drawn.flatMap((setting) =>
			chart(
				groups.flatMap((certificates) => certificates.slice(0, 1)),
				setting,
			),
		),
	};
}

const lineOf = (optimizer: string, setting: string): Line | undefined =>
	candidateNamed(optimizer).axes.find(({name}) => name === setting);

function table(certificates: readonly Certificate[]) {
	const optimizer = certificates[0]?.optimizer ?? '';
	const {title} = candidateNamed(optimizer);
	return {
		caption: `${title}: values of near-best configurations`,
		columns: columns(
			['setting'],
			[...certificates.map(({regime}) => nameOf(regime)), 'one for all', 'a factor of 2 costs'],
		),
		rows: sensitivities(certificates).map(({setting, near, common, cost}) => [
			lineOf(optimizer, setting)?.title ?? setting,
			...near.map((values) => values.join(' ')),
			common.join(' ') || 'none: tune again',
			nats(cost),
		]),
	};
}

/** Everybody's line through the optimum, over the factor from it; a part of one's distance to 1 for averages. */
function chart(certificates: readonly Certificate[], setting: string): Chart[] {
	const isMemory = setting.startsWith('beta');
	const series = certificates.flatMap(({optimizer, star, best}) => {
		const points = star.find(({axis}) => axis === setting)?.points ?? [];
		const centre = best[setting] ?? NaN;
		const least = points.find(({value}) => value === centre)?.loss ?? NaN;
		const place = (value: number) => (isMemory ? (1 - centre) / (1 - value) : value / centre);
		const shown = points
			.filter(({value}) => place(value) > 0 && Number.isFinite(place(value)))
			.map(({value, loss}) => ({x: place(value), y: loss - least, label: `${setting} ${value}`}));
		return shown.length < 2 ? [] : [{name: candidateNamed(optimizer).title, points: shown}];
	});
	const title = lineOf(certificates[0]?.optimizer ?? '', setting)?.title ?? setting;
	const factor = isMemory ? 'the span of the average, 1/(1 − β), in that of the best' : 'value, in the best';
	return series.length === 0
		? []
		: [
				{
					title: `Sensitivity to ${title}`,
					about: `What the final loss gains with everything else at its best, by ${factor}; diverged runs stand at the top.`,
					x: {title: factor, log: 2},
					y: {title: 'nats above the best'},
					series,
				},
			];
}
