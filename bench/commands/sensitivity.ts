/** `sophia-bench sensitivity`: which settings must be tuned again in a new regime, of the certificates that there are. */
import {UsageError, type Option, type Settings} from '#lib/cli/options';
import {candidates, candidateNamed} from '../candidates/index';
import {listOf} from '../options';
import {certificatesOf, type Certificate} from '../study/certificate';
import {candidatesOf, planOf, studyOptions} from '../study/options';
import {publish} from '../study/publish';
import {sensitivitySection} from '../findings/sensitivity';
import {Study} from '../study/study';

export const sensitivityOptions: readonly Option[] = [
	{name: 'optimizers', kind: 'string', help: 'of whom, with commas', standard: 'all that have certificates'},
	...studyOptions,
];

/** Judges, and draws. */
export async function sensitivity(settings: Settings): Promise<void> {
	const all = candidates.map(({name}) => name);
	const wanted = candidatesOf(listOf(settings, 'optimizers', all)).map(({name}) => name);
	using study = await Study.open('sensitivity', planOf(settings));
	const groups = certificatesOf(study, wanted)
		.map(searchedAll)
		.filter((group) => group.length > 0);
	if (groups.length === 0) {
		throw new UsageError(
			`Expected certificates in \`${study.path('certificates')}\`: \`sophia-bench tune\` makes them`,
		);
	}
	await publish(study, 'sensitivity', {title: 'Sensitivity', sections: [sensitivitySection(groups)]});
}

/** Those of which everything was searched. */
const searchedAll = (group: readonly Certificate[]) =>
	group.filter(({optimizer, searched}) => searched.length === candidateNamed(optimizer).axes.length);
