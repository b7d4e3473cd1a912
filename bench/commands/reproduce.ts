/** `sophia-bench reproduce`: a whole study of a preset, in pieces if it is interrupted. */
import type {Option, Settings} from '#lib/cli/options';
import {comparisonSections} from '../findings/comparison';
import {noiseSection} from '../findings/noise';
import {quadraticsSection} from '../findings/quadratics';
import {sensitivitySection} from '../findings/sensitivity';
import {tuneSection} from '../findings/tuning';
import {compareAll, type Comparison} from '../study/comparison';
import type {Section} from '../study/document';
import {predictionSection} from '../findings/prediction';
import {scalingSection} from '../findings/scaling';
import {untuned, type Doubt} from '../findings/untuned';
import {DescentStore} from '../study/descentstore';
import {configureAll, entriesOf, type Configured} from '../study/entries';
import {measureNoise} from '../study/noise';
import {planOf, shapeOf, studyOptions} from '../study/options';
import {otherSizeOf, regimesOf, searchAll, searchFirst, type Searched} from '../study/phases';
import {cpuSmall, presetNamed, presetNames, type Preset} from '../study/presets';
import {publish} from '../study/publish';
import {recordComparison, recordFits, recordPredictions, recordSensitivities} from '../findings/results';
import {makeSurvey, standardSurvey} from '../study/survey';
import {slopeIn} from '../study/speedup';
import {Study} from '../study/study';
import {timeAll} from '../study/timing';
import {verify} from '../study/verification';

const decided = ['model', 'batch', 'length', 'data'];

export const reproduceOptions: readonly Option[] = [
	{name: 'preset', kind: presetNames, help: 'which study', standard: cpuSmall.name},
	...studyOptions.filter(({name}) => !decided.includes(name)),
];

/** Runs what was not run before, and tells all of it. */
export async function reproduce(settings: Settings): Promise<void> {
	const preset = presetNamed((settings.preset as string | undefined) ?? cpuSmall.name);
	await using study = await Study.open('reproduce', {...planOf(settings), ...preset.plan});
	const noises = [study.regime(preset.full[0]), otherSizeOf(study, preset)];
	const noise = await Promise.all(noises.map((regime) => measureNoise(study, regime, preset.noiseSeeds)));
	const [searched, baselines] = await Promise.all([
		Promise.all(preset.optimizers.map((each) => searchAll(study, preset, each))),
		Promise.all(preset.baselines.map((each) => searchFirst(study, preset, each))),
	]);
	noise.forEach((each) => study.report.record('noise', each));
	recordSearches(study, searched, baselines);
	const {sections, stamp, comparison} = await compared(study, preset);
	const slopes = noises.map((regime) => slopeIn(comparison.cells, comparison.entries[0]?.title ?? '', regime));
	await publish(study, preset.name, {
		title: `Is Sophia faster than AdamW and Lion? (${preset.name})`,
		...stamp,
		sections: [
			...sections,
			...(await weakReference(study, preset)),
			...told(searched, baselines),
			await predicted(study, preset, searched),
			await theory(study),
			...noise.map((each, i) => noiseSection(each, slopes[i] ?? NaN)),
		],
	});
}

/** Everybody, with the baselines at the first ratio, and the reference beyond the last. */
async function compared(study: Study, preset: Preset): Promise<Doubt & {readonly comparison: Comparison}> {
	const {optimizers, baselines, seeds, beyond} = preset;
	const regimes = regimesOf(study, preset);
	const parts = await Promise.all([
		configureAll(study, entriesOf(optimizers), regimes),
		configureAll(study, entriesOf(baselines), regimes.slice(0, 1)),
		configureAll(study, entriesOf(optimizers.slice(0, 1)), [study.regime(beyond)]),
	]);
	const all = parts.flatMap(({configured}) => configured);
	const comparison = await compareAll(study, all, seeds);
	const timings = await timeAll(study, all);
	recordComparison(study, comparison, timings);
	const doubt = untuned(
		parts.flatMap(({problems}) => problems),
		true,
	);
	const {configured} = parts[0];
	const fitted = {...comparison, cells: comparison.cells.filter(({optimizer}) => has(configured, optimizer))};
	recordFits(study, fitted);
	const sections = [
		...comparisonSections(comparison, timings, study.data.train.tokens),
		scalingSection(fitted),
		...doubt.sections,
	];
	return {...doubt, comparison, sections};
}

const has = (configured: readonly Configured[], title: string) => configured.some(({entry}) => entry.title === title);

/** The reference as it was published against itself tuned: the flaw of comparisons that tune one side. */
async function weakReference(study: Study, preset: Preset): Promise<readonly Section[]> {
	const [reference = ''] = preset.optimizers;
	const entries = entriesOf([`${reference}:published`, reference]);
	const {configured} = await configureAll(study, entries, regimesOf(study, preset));
	const comparison = await compareAll(study, configured, preset.seeds);
	const stamp = `UNTUNED: ${entries[0]?.title ?? ''}`;
	return comparisonSections(comparison, [], study.data.train.tokens)
		.slice(0, 2)
		.map((section) => ({
			...section,
			title: `A reference that nobody tuned: ${section.title.charAt(0).toLowerCase()}${section.title.slice(1)}`,
			tables: section.tables.map((table) => ({...table, stamp})),
			charts: section.charts.map((chart) => ({...chart, stamp})),
		}));
}

async function predicted(study: Study, preset: Preset, searched: readonly Searched[]): Promise<Section> {
	const regime = study.regime(preset.full[0], shapeOf(preset.predicted));
	const found = await Promise.all(
		searched.map(({candidate, full, again}) => verify(study, candidate, [...full, ...again], regime)),
	);
	recordPredictions(study, regime, found);
	return predictionSection(regime, found);
}

/** Steps on quadratics, whatever the preset: it trains nothing. */
async function theory(study: Study): Promise<Section> {
	const store = new DescentStore(study.path('quadratics.jsonl'));
	const {signal, report} = study;
	const onStep = (what: string, part: number) => report.progress(part, what, NaN);
	return quadraticsSection(await makeSurvey(standardSurvey, {store, signal, onStep}), standardSurvey);
}

function recordSearches(study: Study, searched: readonly Searched[], baselines: readonly Searched[]): void {
	const all = [...searched, ...baselines].flatMap(({full, again}) => [...full, ...again]);
	all.forEach((certificate) => study.report.record('certificate', certificate));
	recordSensitivities(
		study,
		searched.map(({full}) => full),
	);
}

function told(searched: readonly Searched[], baselines: readonly Searched[]): readonly Section[] {
	const all = [...searched, ...baselines].flatMap(({full, again}) => [...full, ...again]);
	const digests = [...new Set(all.map(({digest}) => digest))];
	return [
		sensitivitySection(searched.map(({full}) => full)),
		...digests.map((digest) => tuneSection(all.filter((each) => each.digest === digest))),
	];
}
