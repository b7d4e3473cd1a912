/** `sophia-bench scaling`: one data efficiency per optimizer and size, of losses at several ratios, and its trend. */
import {UsageError, type Option, type Settings} from '#lib/cli/options';
import {scalingSection} from '../findings/scaling';
import {untuned} from '../findings/untuned';
import {listOf, textOf} from '../options';
import {compareAll} from '../study/comparison';
import {contestOf, contestOptions} from '../study/contest';
import {configureAll} from '../study/entries';
import {planOf, shapeOf, studyOptions, type Plan} from '../study/options';
import {publish} from '../study/publish';
import {parametersOf, type Shape} from '../study/regime';
import {recordCells, recordFits} from '../findings/results';
import {Study} from '../study/study';

export const scalingOptions: readonly Option[] = [
	{name: 'models', kind: 'string', help: 'sizes, with commas', standard: 'the one of --model'},
	{
		name: 'extrapolate',
		kind: 'string',
		help: 'a size that trends are taken to, as `4x128`, however far beyond the measured ones it lies',
	},
	...contestOptions,
	...studyOptions,
];

/** Fits. @throws UsageError where somebody has no certificate */
export async function scaling(settings: Settings): Promise<void> {
	const {entries, ratios, seeds, allowed} = contestOf(settings);
	const plan = planOf(settings);
	const shapes = shapesOf(settings, plan);
	const wanted = textOf(settings, 'extrapolate');
	const extrapolate = wanted === undefined ? undefined : shapeOf(wanted, 'extrapolate');
	await using study = await Study.open('scaling', plan);
	const regimes = shapes.flatMap((shape) => ratios.map((ratio) => study.regime(ratio, shape)));
	const {configured, problems} = await configureAll(study, entries, regimes);
	const doubt = untuned(problems, allowed);
	const comparison = await compareAll(study, configured, seeds);
	recordCells(study, comparison.cells);
	recordFits(study, comparison);
	const sections = [scalingSection(comparison, extrapolate), ...doubt.sections];
	await publish(study, 'scaling', {title: 'Scaling', ...doubt.stamp, sections});
}

/** @throws UsageError for sizes that are one to a law, which knows them by their parameters */
function shapesOf(settings: Settings, plan: Plan): readonly Shape[] {
	const models = listOf(settings, 'models', []);
	const shapes = models.length > 0 ? models.map((model) => shapeOf(model, 'models')) : [plan.shape];
	const sizes = shapes.map(parametersOf);
	const twice = sizes.findIndex((size, i) => sizes.indexOf(size) < i);
	if (twice >= 0) {
		throw new UsageError(`Expected \`--models\` of different sizes, got \`${models[twice] ?? ''}\` beside its like`);
	}
	return shapes;
}
