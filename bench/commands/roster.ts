/** `sophia-bench roster`: everybody in one table, tuned or not, with the loss, the time and the state of each. */
import type {Option, Settings} from '#lib/cli/options';
import {limitsSection} from '../findings/limits';
import {recordCells} from '../findings/results';
import {rosterSection} from '../findings/roster';
import {untuned} from '../findings/untuned';
import {countOf} from '../options';
import {compareAll} from '../study/comparison';
import {contendersOf, optimizersOption, seedsOption, untunedOption} from '../study/contest';
import {configureAll} from '../study/entries';
import {planOf, ratioOf, ratioOption, studyOptions} from '../study/options';
import {publish} from '../study/publish';
import {rate} from '../study/rates';
import {Study} from '../study/study';
import {time} from '../study/timing';

const standardRates = 5;
/** From a thousandth to a thousand times of what was published. */
const mostRates = 21;

export const rosterOptions: readonly Option[] = [
	optimizersOption,
	ratioOption,
	seedsOption,
	{
		name: 'rates',
		kind: 'number',
		help: 'learning rates that everybody without a certificate tries, a factor of 2 apart; 1: the published one',
		standard: standardRates,
	},
	untunedOption,
	...studyOptions,
];

/** @throws UsageError where somebody has no certificate, unless that is allowed */
export async function roster(settings: Settings): Promise<void> {
	const {entries, seeds, allowed} = contendersOf(settings);
	const [plan, ratio] = [planOf(settings), ratioOf(settings)];
	const rates = countOf(settings, 'rates', standardRates, {most: mostRates});
	await using study = await Study.open('roster', plan);
	const regime = study.regime(ratio);
	const {configured, problems} = await configureAll(study, entries, [regime]);
	const doubt = untuned(problems, allowed);
	const rated = await rate(study, configured, rates);
	const comparison = await compareAll(study, rated, seeds);
	const timings = await time(study, rated);
	recordCells(study, comparison.cells);
	timings.forEach((timing) => study.report.record('timing', timing));
	const sections = [
		rosterSection({comparison, rated, timings}),
		limitsSection(comparison, study.data.train.tokens),
		...doubt.sections,
	];
	await publish(study, 'roster', {title: 'Roster', ...doubt.stamp, sections});
}
