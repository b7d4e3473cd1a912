/** `sophia-bench predict`: a configuration for a size that nobody tuned, of the certificates that there are, verified there. */
import {UsageError, type Option, type Settings} from '#lib/cli/options';
import {candidates, candidateNamed} from '../candidates/index';
import {predictionSection} from '../findings/prediction';
import {listOf} from '../options';
import {certificatesOf} from '../study/certificate';
import {candidatesOf, planOf, ratioOf, ratioOption, studyOptions} from '../study/options';
import {verify} from '../study/prediction';
import {publish} from '../study/publish';
import {Study} from '../study/study';

export const predictOptions: readonly Option[] = [
	{name: 'optimizers', kind: 'string', help: 'of whom, with commas', standard: 'all that have certificates'},
	ratioOption,
	...studyOptions,
];

/** Predicts for `--model`, and runs a star there. */
export async function predict(settings: Settings): Promise<void> {
	const wanted = candidatesOf(
		listOf(
			settings,
			'optimizers',
			candidates.map(({name}) => name),
		),
	);
	const ratio = ratioOf(settings);
	using study = await Study.open('predict', planOf(settings));
	const regime = study.regime(ratio);
	const groups = certificatesOf(
		study,
		wanted.map(({name}) => name),
	);
	if (groups.length === 0) {
		throw new UsageError(
			`Expected certificates in \`${study.path('certificates')}\`: \`sophia-bench tune\` makes them`,
		);
	}
	const found = await Promise.all(
		groups.map((group) => verify(study, candidateNamed(group[0]?.optimizer ?? ''), group, regime)),
	);
	await publish(study, 'predict', {title: 'Prediction', sections: [predictionSection(regime, found)]});
}
