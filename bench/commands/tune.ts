/** `sophia-bench tune`: searches the best configuration of an optimizer in a regime, and writes its certificate. */
import {UsageError, type Option, type Settings} from '#lib/cli/options';
import {countOf, textOf} from '../options';
import {axesOf} from '../study/grids';
import {candidatesOf, planOf, ratioOf, ratioOption, studyOptions} from '../study/options';
import {publish} from '../study/publish';
import {Study} from '../study/study';
import {tuneCandidate} from '../study/tunecandidate';
import {beginOf} from '../study/validity';
import {tuneSection} from '../findings/tuning';

const standardRuns = 160;

export const tuneOptions: readonly Option[] = [
	ratioOption,
	{name: 'runs', kind: 'number', help: 'runs that a search may make, the same for all', standard: standardRuns},
	{
		name: 'grid',
		kind: 'string',
		help: 'what is searched instead of everything, as `learningRate=1e-3,2e-3 weightDecay=0,0.1`; `learningRate` alone has its own grid',
	},
	...studyOptions,
];

/** Tunes optimizers, one or several with commas. */
export async function tune(names: string, settings: Settings): Promise<void> {
	const candidates = candidatesOf(names.split(','));
	const [plan, ratio, runs] = [planOf(settings), ratioOf(settings), countOf(settings, 'runs', standardRuns)];
	const searches = candidates.map((candidate) => ({candidate, axes: axesOf(candidate, textOf(settings, 'grid'))}));
	if (searches.length === 0) {
		throw new UsageError('Expected an optimizer to tune');
	}
	await using study = await Study.open('tune', plan);
	const regime = study.regime(ratio);
	const certificates = await Promise.all(
		searches.map(({candidate, axes}) =>
			tuneCandidate(study, {candidate, regime, runs, axes, ...beginOf(study, candidate, regime, axes)}),
		),
	);
	certificates.forEach((certificate) => study.report.record('certificate', certificate));
	await publish(study, 'tune', {title: 'Tuning', sections: [tuneSection(certificates)]});
}
