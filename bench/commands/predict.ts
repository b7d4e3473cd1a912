/** `sophia-bench predict`: a configuration for a size that nobody tuned, of certificates that count, verified there. */
import {UsageError, type Option, type Settings} from '#lib/cli/options';
import {candidateNamed} from '../candidates/index';
import {predictionSection} from '../findings/prediction';
import {certificatesOf, noCertificates} from '../study/certificate';
import {candidatesOption, namesOf, planOf, ratioOf, ratioOption, studyOptions} from '../study/options';
import {publish} from '../study/publish';
import {recordPredictions} from '../findings/results';
import {Study} from '../study/study';
import {verify} from '../study/verification';

export const predictOptions: readonly Option[] = [candidatesOption, ratioOption, ...studyOptions];

/** Predicts for `--model`, and runs a star there. @throws UsageError where no certificate counts */
export async function predict(settings: Settings): Promise<void> {
	const names = namesOf(settings);
	const ratio = ratioOf(settings);
	await using study = await Study.open('predict', planOf(settings));
	const regime = study.regime(ratio);
	const groups = certificatesOf(study, names);
	if (groups.length === 0) {
		throw noCertificates(study);
	}
	const found = await Promise.all(
		groups.map((group) => verify(study, candidateNamed(group[0]?.optimizer ?? ''), group, regime)),
	);
	if (found.every(({predicted}) => predicted.length === 0)) {
		throw new UsageError(
			'Expected certificates that count for this data and these steps: `sophia-bench tune` makes them',
		);
	}
	recordPredictions(study, regime, found);
	await publish(study, 'predict', {title: 'Prediction', sections: [predictionSection(regime, found)]});
}
