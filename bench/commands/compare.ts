/** `sophia-bench compare`: who is better after the whole schedule, of those that are certified to be tuned. */
import type {Option, Settings} from '#lib/cli/options';
import {comparisonSections} from '../findings/comparison';
import {untuned} from '../findings/untuned';
import {compareAll} from '../study/comparison';
import {contestOf, contestOptions} from '../study/contest';
import {configureAll} from '../study/entries';
import {planOf, studyOptions} from '../study/options';
import {publish} from '../study/publish';
import {recordComparison} from '../findings/results';
import {Study} from '../study/study';
import {timeAll} from '../study/timing';

export const compareOptions: readonly Option[] = [...contestOptions, ...studyOptions];

/** Compares. @throws UsageError where somebody has no certificate */
export async function compare(settings: Settings): Promise<void> {
	const {entries, ratios, seeds, allowed} = contestOf(settings);
	await using study = await Study.open('compare', planOf(settings));
	const regimes = ratios.map((ratio) => study.regime(ratio));
	const {configured, problems} = await configureAll(study, entries, regimes);
	const doubt = untuned(problems, allowed);
	const comparison = await compareAll(study, configured, seeds);
	const timings = await timeAll(study, configured);
	recordComparison(study, comparison, timings);
	const sections = [...comparisonSections(comparison, timings, study.data.train.tokens), ...doubt.sections];
	await publish(study, 'compare', {title: 'Comparison', ...doubt.stamp, sections});
}
