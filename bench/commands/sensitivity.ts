/** `sophia-bench sensitivity`: which settings must be tuned again in a new regime, of the certificates that count. */
import {UsageError, type Option, type Settings} from '#lib/cli/options';
import {certificatesOf, isFull, noCertificates, type Certificate} from '../study/certificate';
import {candidatesOption, namesOf, planOf, studyOptions} from '../study/options';
import {publish} from '../study/publish';
import {recordSensitivities} from '../findings/results';
import {sensitivitySection} from '../findings/sensitivity';
import {Study} from '../study/study';
import {witnessesOf} from '../study/witnesses';

export const sensitivityOptions: readonly Option[] = [candidatesOption, ...studyOptions];

/** Judges, and draws. @throws UsageError where no certificate counts */
export async function sensitivity(settings: Settings): Promise<void> {
	const wanted = namesOf(settings);
	await using study = await Study.open('sensitivity', planOf(settings));
	const all = certificatesOf(study, wanted);
	if (all.length === 0) {
		throw noCertificates(study);
	}
	const witnesses = await Promise.all(all.map((group) => witnessesOf(study, group, study.regime(1))));
	const groups = witnesses.map(({kept}) => kept.filter(isFull)).filter((group) => group.length > 0);
	if (groups.length === 0) {
		throw new UsageError(
			'Expected certificates of whole searches for this data and these steps: `sophia-bench tune` makes them',
		);
	}
	recordSensitivities(study, groups);
	const sections = [sensitivitySection(groups)];
	await publish(study, 'sensitivity', {title: 'Sensitivity', sections, grounds: groups.flat().flatMap(groundsOf)});
}

const groundsOf = ({regime, seeds: {search, fresh}}: Certificate) => [search, ...fresh].map((seed) => ({regime, seed}));
