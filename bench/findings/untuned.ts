/** What is wrong with a comparison: who has no certificate that counts, and why. */
import {UsageError} from '#lib/cli/options';
import type {Problem} from '../study/entries';
import type {Section} from '../study/document';

/** The stamp that everything bears, and the reasons in full. */
export interface Doubt {
	readonly stamp: {readonly stamp?: string};
	readonly sections: readonly Section[];
}

/** @param allowed whether to go on all the same @throws UsageError where it is not */
export function untuned(problems: readonly Problem[], allowed: boolean): Doubt {
	const lines = problems.map(({who, what}) => `${who} ${what}`);
	if (lines.length === 0) {
		return {stamp: {}, sections: []};
	}
	if (!allowed) {
		const list = lines.map((line) => `\n  ${line}`).join('');
		throw new UsageError(`Expected everybody to be tuned; \`--untuned\` goes on all the same, and stamps it:${list}`);
	}
	const names = [...new Set(problems.map(({who}) => who))].join(', ');
	const title = 'Untuned';
	return {stamp: {stamp: `UNTUNED: ${names}`}, sections: [{title, paragraphs: lines, tables: [], charts: []}]};
}
