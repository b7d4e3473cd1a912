/** `sophia-bench predict`: a configuration for a size that nobody tuned, of the certificates that there are, verified there. */
import type {Option, Settings} from '#lib/cli/options';
import {candidateNamed} from '../candidates/index';
import {predictionSection} from '../findings/prediction';
import {certificatesOf, noCertificates} from '../study/certificate';
import {candidatesOption, namesOf, planOf, ratioOf, ratioOption, studyOptions} from '../study/options';
import {verify} from '../study/prediction';
import {publish} from '../study/publish';
import {recordPredictions} from '../findings/results';
import {Study} from '../study/study';

export const predictOptions: readonly Option[] = [candidatesOption, ratioOption, ...studyOptions];

/** Predicts for `--model`, and runs a star there. */
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
	recordPredictions(study, regime, found);
	await publish(study, 'predict', {title: 'Prediction', sections: [predictionSection(regime, found)]});
}
