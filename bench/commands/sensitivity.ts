/** `sophia-bench sensitivity`: which settings must be tuned again in a new regime, of the certificates that there are. */
import type {Option, Settings} from '#lib/cli/options';
import {candidateNamed} from '../candidates/index';
import {certificatesOf, noCertificates, type Certificate} from '../study/certificate';
import {candidatesOption, namesOf, planOf, studyOptions} from '../study/options';
import {publish} from '../study/publish';
import {recordSensitivities} from '../findings/results';
import {sensitivitySection} from '../findings/sensitivity';
import {Study} from '../study/study';

export const sensitivityOptions: readonly Option[] = [candidatesOption, ...studyOptions];

/** Judges, and draws. */
export async function sensitivity(settings: Settings): Promise<void> {
	const wanted = namesOf(settings);
	await using study = await Study.open('sensitivity', planOf(settings), {adds: false});
	const groups = certificatesOf(study, wanted)
		.map(searchedAll)
		.filter((group) => group.length > 0);
	if (groups.length === 0) {
		throw noCertificates(study);
	}
	recordSensitivities(study, groups);
	const sections = [sensitivitySection(groups)];
	await publish(study, 'sensitivity', {title: 'Sensitivity', sections, grounds: groups.flat().flatMap(groundsOf)});
}

/** Those of which everything was searched. */
const searchedAll = (group: readonly Certificate[]) =>
	group.filter(({optimizer, searched}) => searched.length === candidateNamed(optimizer).axes.length);

const groundsOf = ({regime, seeds: {search, fresh}}: Certificate) => [search, ...fresh].map((seed) => ({regime, seed}));
