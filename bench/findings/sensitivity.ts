/** What must be tuned again, in tables, and how sharp every optimizer's optimum is, on one axis. */
import {candidateNamed, settingTitle} from '../candidates/index';
import type {Axis as Line} from '../candidates/axes';
import type {Certificate} from '../study/certificate';
import type {Chart, Section, Series} from '../study/document';
import {nameOf} from '../study/regime';
import {sensitivities} from '../study/sensitivity';
import {columns} from './columns';
import {nats} from './words';

/** @param groups the certificates of each optimizer, of at least two regimes for a verdict */
export function sensitivitySection(groups: readonly (readonly Certificate[])[]): Section {
	const several = groups.filter((certificates) => certificates.length > 1);
	const regimes = regimesOf(groups.flat());
	const shown = shownOf(groups);
	const settings = [...new Set(shown.flatMap(({certificate}) => certificate.searched))];
	return {
		title: 'Sensitivity',
		paragraphs: [
			`A setting needs no tuning in another regime where one value is part of a near-best configuration in every one of ` +
				`${regimes.join(', ')}. That says what may be carried over, not that the setting does not matter: what a factor ` +
				`of 2 costs stands beside it.`,
			...(several.length > 0 ? [] : ['It takes certificates of two regimes at least; there is one of each optimizer.']),
		],
		tables: several.map(table),
		charts: settings.flatMap((setting) => chart(shown, setting)),
	};
}

const regimesOf = (certificates: readonly Certificate[]): readonly string[] => [
	...new Set(certificates.map(({regime}) => nameOf(regime))),
];

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
			settingTitle(optimizer, setting),
			...near.map((values) => values.join(' ')),
			common.join(' ') || 'none: tune again',
			nats(cost),
		]),
	};
}

/** A certificate that is drawn, and as whose. */
interface Shown {
	readonly name: string;
	readonly certificate: Certificate;
}

/** One of each optimizer: of the regime that most have, else the first, which its name tells then. */
function shownOf(groups: readonly (readonly Certificate[])[]): readonly Shown[] {
	const names = groups.flatMap(regimesOf);
	const votes = (name: string) => names.filter((other) => other === name).length;
	const [most] = [...new Set(names)].sort((a, b) => votes(b) - votes(a));
	return groups.flatMap((certificates) => {
		const [first] = certificates;
		const certificate = certificates.find(({regime}) => nameOf(regime) === most) ?? first;
		if (certificate === undefined) {
			return [];
		}
		const {title} = candidateNamed(certificate.optimizer);
		const own = nameOf(certificate.regime);
		return [{name: own === most ? title : `${title}, ${own}`, certificate}];
	});
}

/** Everybody's line through the optimum, over the factor from it. */
function chart(shown: readonly Shown[], setting: string): readonly Chart[] {
	const series = shown.flatMap((each) => seriesOf(each, setting));
	const lines = shown.flatMap(({certificate}) => lineOf(certificate.optimizer, setting) ?? []);
	const isMemory = lines.some(({fitted}) => fitted === 'distance');
	const factor = isMemory ? 'the span of the average, 1/(1 − β), in that of the best' : 'value, in the best';
	return series.length === 0
		? []
		: [
				{
					title: `Sensitivity to ${[...new Set(lines.map(({title}) => title))].join(', ')}`,
					about:
						`What the final loss gains with everything else at its best, by ${factor}; what is none stands a factor of 2 ` +
						`beyond the nearest; diverged runs stand at the top.`,
					x: {title: factor, log: 2},
					y: {title: 'nats above the best'},
					series,
				},
			];
}

function seriesOf({name, certificate: {optimizer, star, best}}: Shown, setting: string): readonly Series[] {
	const line = lineOf(optimizer, setting);
	const points = star.find(({axis}) => axis === setting)?.points ?? [];
	const centre = best[setting] ?? NaN;
	const least = points.find(({value}) => value === centre)?.loss ?? NaN;
	if (line === undefined || points.length < 2) {
		return [];
	}
	const place = placesOf(
		line,
		points.map(({value}) => value),
	);
	const label = (value: number) => `${line.title} ${value === 0 ? 'none' : value}`;
	return [
		{
			name,
			points: points.map(({value, loss}) => ({x: place(value) / place(centre), y: loss - least, label: label(value)})),
		},
	];
}

/** Numbers with the factors of the line; a 0 is one step more, below all others, or above them where it means none. */
function placesOf({fitted, rank}: Line, values: readonly number[]): (value: number) => number {
	const positive = values.filter((value) => value > 0);
	const none = rank(0) === Infinity ? 2 * Math.max(...positive) : Math.min(...positive) / 2;
	return fitted === 'distance' ? (value) => 1 / (1 - value) : (value) => (value === 0 ? none : value);
}
