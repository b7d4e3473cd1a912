/** What a command found, where it is seen: on the terminal, as a page, and as JSON lines. */
import {version} from '#lib/version';
import type {Document, Section} from './document';
import {writePage} from './page';
import type {Study} from './study';
import {text} from './text';

/** Sections that a command made, with what was not to be overlooked. */
export interface Findings {
	readonly title: string;
	readonly stamp?: string;
	readonly sections: readonly Section[];
}

/** Prints them and writes the page. @param name of the page, beside the runs */
export async function publish(study: Study, name: string, {title, stamp, sections}: Findings): Promise<void> {
	const document: Document = {title, ...(stamp === undefined ? {} : {stamp}), head: headOf(study), sections};
	study.report.say(text(document).trimEnd());
	study.report.record('document', {...document});
	const path = study.path(`${name}.html`);
	await writePage(path, document, `sophia-bench ${version}`);
	study.report.say(`\n${path}`);
}

function headOf({machine, plan, data}: Study): Document['head'] {
	const {date, processor, processors, instructionSets, node, version: ours, commit} = machine;
	return [
		['machine', `${processor}, ${processors} processors, ${instructionSets[0] ?? ''}`],
		['versions', `sophia-native ${ours}${commit === undefined ? '' : ` at ${commit}`}, Node ${node}`],
		['date', date.slice(0, 'YYYY-MM-DD'.length)],
		[
			'data',
			`${data.train.tokens} tokens to train on, ${data.validation.tokens} to validate on, ${data.tokenizer.name}`,
		],
		['steps', `${plan.batch} sequences of ${plan.length} tokens; ${plan.workers} runs side by side, a thread each`],
	];
}
