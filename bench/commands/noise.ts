/** `sophia-bench noise`: what the seed alone does to the final loss. */
import type {Option, Settings} from '#lib/cli/options';
import {countOf} from '../options';
import {measureNoise} from '../study/noise';
import {noiseSection} from '../findings/noise';
import {planOf, ratioOf, ratioOption, studyOptions} from '../study/options';
import {publish} from '../study/publish';
import {Study} from '../study/study';

const standardSeeds = 8;
/** A standard deviation of fewer is itself off by a third and more. */
const leastSeeds = 8;
const mostSeeds = 1000;

export const noiseOptions: readonly Option[] = [
	ratioOption,
	{name: 'seeds', kind: 'number', help: 'seeds, at least 8', standard: standardSeeds},
	...studyOptions,
];

/** Measures, and says what it found. */
export async function noise(settings: Settings): Promise<void> {
	const [plan, ratio, seeds] = [
		planOf(settings),
		ratioOf(settings),
		countOf(settings, 'seeds', standardSeeds, {least: leastSeeds, most: mostSeeds}),
	];
	await using study = await Study.open('noise', plan);
	const found = await measureNoise(study, study.regime(ratio), seeds);
	study.report.record('noise', found);
	await publish(study, 'noise', {title: 'Noise', sections: [noiseSection(found)]});
}
