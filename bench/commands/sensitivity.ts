/** `sophia-bench sensitivity`: which settings must be tuned again in a new regime, of the certificates that there are. */
import {existsSync, readdirSync} from 'node:fs';
import {UsageError, type Option, type Settings} from '#lib/cli/options';
import {candidates} from '../candidates/index';
import {listOf} from '../options';
import type {Certificate} from '../study/certificate';
import {readJson} from '../study/json';
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
	const groups = certificatesOf(study, wanted);
	if (groups.length === 0) {
		throw new UsageError(`Expected certificates in \`${study.path('certificates')}\`: \`sophia-bench tune\` makes them`);
	}
	await publish(study, 'sensitivity', {title: 'Sensitivity', sections: [sensitivitySection(groups)]});
}

/** The certificates of the directory in which everything was searched, an array for each optimizer. */
export function certificatesOf(study: Study, names: readonly string[]): readonly (readonly Certificate[])[] {
	const folder = study.path('certificates');
	const files = existsSync(folder) ? readdirSync(folder).filter((file) => file.endsWith('.json')) : [];
	const certificates = files.sort().flatMap((file) => {
		try {
			return [readJson(study.path('certificates', file)) as Certificate];
		} catch {
			study.once(`  ${study.path('certificates', file)} is damaged, and left out`);
			return [];
		}
	});
	return names
		.map((name) => certificates.filter((each) => each.optimizer === name && each.from === undefined))
		.filter((each) => each.length > 0);
}
