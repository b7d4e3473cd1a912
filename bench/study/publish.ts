/** What a command found, where it is seen: on the terminal, as a page, and as JSON lines. */
import {version} from '#lib/version';
import type {Document, Section} from './document';
import {headOf, type Ground} from './head';
import {writePage} from './page';
import type {Study} from './study';
import {text} from './text';

/** Sections that a command made, with what was not to be overlooked. */
export interface Findings {
	readonly title: string;
	readonly stamp?: string;
	readonly sections: readonly Section[];
	/** The runs that it rests on. @default all that the command asked for */
	readonly grounds?: readonly Ground[];
}

/** Prints them and writes the page. @param name of the page, beside the runs */
export async function publish(study: Study, name: string, findings: Findings): Promise<void> {
	const {title, stamp, sections, grounds = study.asked} = findings;
	const head = headOf(study, grounds);
	const document: Document = {title, ...(stamp === undefined ? {} : {stamp}), head, sections};
	study.report.say(text(document).trimEnd());
	study.report.record('document', {...document});
	const path = study.path(`${name}.html`);
	await writePage(path, document, `sophia-bench ${version}`);
	study.report.say(`\n${path}`);
}
