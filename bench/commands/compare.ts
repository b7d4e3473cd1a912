/** `sophia-bench compare`: who is better after the whole schedule, of those that are certified to be tuned. */
import {UsageError, type Option, type Settings} from '#lib/cli/options';
import {candidates} from '../candidates/index';
import {comparisonSections} from '../findings/comparison';
import {untuned} from '../findings/untuned';
import {countOf, listOf, numbersOf} from '../options';
import {compareAll} from '../study/comparison';
import {configureAll, entriesOf} from '../study/entries';
import {planOf, studyOptions} from '../study/options';
import {publish} from '../study/publish';
import {Study} from '../study/study';
import {timeAll} from '../study/timing';

const standardSeeds = 5;
/** One would say nothing about noise; t-intervals of two are as wide as all. */
const leastSeeds = 3;
const standardRatios = [1, 2, 4];
/** Rankings change with the amount of data. */
const leastRatios = 3;

export const compareOptions: readonly Option[] = [
	{
		name: 'optimizers',
		kind: 'string',
		help: 'who takes part, with commas, the reference first; `adamw:published` is one as it was published',
		standard: 'all but the baselines',
	},
	{
		name: 'ratios',
		kind: 'string',
		help: 'tokens in twenties of the parameters, three or more, with commas',
		standard: '1,2,4',
	},
	{name: 'seeds', kind: 'number', help: 'fresh seeds, the same for all, at least 3', standard: standardSeeds},
	{name: 'untuned', kind: 'boolean', help: 'go on without certificates, stamped UNTUNED', standard: false},
	...studyOptions,
];

/** Compares. @throws UsageError where somebody has no certificate */
export async function compare(settings: Settings): Promise<void> {
	const standard = candidates.filter(({baseline = false}) => !baseline).map(({name}) => name);
	const entries = entriesOf(listOf(settings, 'optimizers', standard));
	const ratios = numbersOf(settings, 'ratios', standardRatios);
	const seeds = countOf(settings, 'seeds', standardSeeds, leastSeeds);
	if (ratios.length < leastRatios) {
		throw new UsageError(
			`Expected \`--ratios\` to be ${leastRatios} or more, got ${ratios.length}: rankings change with data`,
		);
	}
	using study = await Study.open('compare', planOf(settings));
	const regimes = ratios.map((ratio) => study.regime(ratio));
	const {configured, problems} = await configureAll(study, entries, regimes);
	const doubt = untuned(problems, settings.untuned === true);
	const comparison = await compareAll(study, configured, seeds);
	const timings = await timeAll(study, configured);
	const sections = [...comparisonSections(comparison, timings), ...doubt.sections];
	await publish(study, 'compare', {title: 'Comparison', ...doubt.stamp, sections});
}
