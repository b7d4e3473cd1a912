/** `sophia-bench scaling`: one data efficiency per optimizer and size, of final losses at several ratios. */
import {UsageError, type Option, type Settings} from '#lib/cli/options';
import {candidates} from '../candidates/index';
import {scalingSection} from '../findings/scaling';
import {countOf, listOf, numbersOf} from '../options';
import {compareAll} from '../study/comparison';
import {configureAll, entriesOf} from '../study/entries';
import {planOf, shapeOf, studyOptions} from '../study/options';
import {publish} from '../study/publish';
import {Study} from '../study/study';
import {untuned} from '../findings/untuned';

const standardSeeds = 5;
const leastSeeds = 3;
/** α, β and B of the reference are three numbers. */
const leastRatios = 3;

export const scalingOptions: readonly Option[] = [
	{
		name: 'optimizers',
		kind: 'string',
		help: 'who takes part, with commas, the reference first',
		standard: 'all but the baselines',
	},
	{name: 'models', kind: 'string', help: 'sizes, with commas', standard: 'the one of --model'},
	{name: 'ratios', kind: 'string', help: 'at least three, with commas', standard: '1,2,4'},
	{name: 'seeds', kind: 'number', help: 'fresh seeds, the same for all, at least 3', standard: standardSeeds},
	{name: 'untuned', kind: 'boolean', help: 'go on without certificates, stamped UNTUNED', standard: false},
	...studyOptions,
];

/** Fits. @throws UsageError where somebody has no certificate */
export async function scaling(settings: Settings): Promise<void> {
	const plan = planOf(settings);
	const standard = candidates.filter(({baseline = false}) => !baseline).map(({name}) => name);
	const entries = entriesOf(listOf(settings, 'optimizers', standard));
	const shapes = listOf(settings, 'models', []).map(shapeOf);
	const ratios = numbersOf(settings, 'ratios', [1, 2, 4]);
	const seeds = countOf(settings, 'seeds', standardSeeds, leastSeeds);
	if (ratios.length < leastRatios) {
		throw new UsageError(
			`Expected \`--ratios\` to be ${leastRatios} or more, got ${ratios.length}: a curve has three numbers`,
		);
	}
	using study = await Study.open('scaling', plan);
	const regimes = (shapes.length > 0 ? shapes : [plan.shape]).flatMap((shape) =>
		ratios.map((ratio) => study.regime(ratio, shape)),
	);
	const {configured, problems} = await configureAll(study, entries, regimes);
	const doubt = untuned(problems, settings.untuned === true);
	const comparison = await compareAll(study, configured, seeds);
	const sections = [scalingSection(comparison), ...doubt.sections];
	await publish(study, 'scaling', {title: 'Scaling', ...doubt.stamp, sections});
}
