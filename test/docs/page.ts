/** What the pages of the documentation tell to run. */
import {readFileSync} from 'node:fs';
import {join} from 'node:path';

/** The package, as a project that depends on it has it. */
export const root = join(__dirname, '../..');

const read = (page: string) => readFileSync(join(root, 'docs', page), 'utf8');

/** The blocks of a page in a language, one after the other. */
export function blocks(page: string, language: string): string[] {
	const block = new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\`$`, 'gm');
	return Array.from(read(page).matchAll(block), ([, text = '']) => text);
}

/** The lines of a page that call the command, indented as they stand in its text, without what follows a `#`. */
export function commandLines(page: string): string[] {
	return Array.from(read(page).matchAll(/^ {4}(sophia .*)$/gm), ([, line = '']) => line.replace(/#.*/, '').trim());
}
