/** `sophia-bench scaling`: one data efficiency per optimizer and size, of final losses at several ratios. */
import type {Option, Settings} from '#lib/cli/options';
import {scalingSection} from '../findings/scaling';
import {untuned} from '../findings/untuned';
import {listOf} from '../options';
import {compareAll} from '../study/comparison';
import {contestOf, contestOptions} from '../study/contest';
import {configureAll} from '../study/entries';
import {planOf, shapeOf, studyOptions} from '../study/options';
import {publish} from '../study/publish';
import {recordCells, recordFits} from '../findings/results';
import {Study} from '../study/study';

export const scalingOptions: readonly Option[] = [
	{name: 'models', kind: 'string', help: 'sizes, with commas', standard: 'the one of --model'},
	...contestOptions,
	...studyOptions,
];

/** Fits. @throws UsageError where somebody has no certificate */
export async function scaling(settings: Settings): Promise<void> {
	const {entries, ratios, seeds, allowed} = contestOf(settings);
	const plan = planOf(settings);
	const models = listOf(settings, 'models', []);
	const shapes = models.length > 0 ? [...new Set(models)].map(shapeOf) : [plan.shape];
	await using study = await Study.open('scaling', plan);
	const regimes = shapes.flatMap((shape) => ratios.map((ratio) => study.regime(ratio, shape)));
	const {configured, problems} = await configureAll(study, entries, regimes);
	const doubt = untuned(problems, allowed);
	const comparison = await compareAll(study, configured, seeds);
	recordCells(study, comparison.cells);
	recordFits(study, comparison);
	const sections = [scalingSection(comparison), ...doubt.sections];
	await publish(study, 'scaling', {title: 'Scaling', ...doubt.stamp, sections});
}
