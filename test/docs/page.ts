/** What the pages of the documentation tell to run. */
import {execFile} from 'node:child_process';
import {mkdirSync, readFileSync, symlinkSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {promisify} from 'node:util';
import ts from 'typescript';

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

/**
All TypeScript of a page as one program, in a new project that has the package.

@param files others of the project, by name
@returns what it printed
*/
export async function run(
	page: string,
	project: string,
	files: Readonly<Record<string, string>> = {},
): Promise<string> {
	mkdirSync(join(project, 'node_modules'));
	symlinkSync(root, join(project, 'node_modules/sophia-native'));
	Object.entries(files).forEach(([name, text]) => writeFileSync(join(project, name), text));
	const {outputText} = ts.transpileModule(blocks(page, 'ts').join('\n'), {
		compilerOptions: {module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022},
	});
	writeFileSync(join(project, 'program.mjs'), outputText);
	const {stdout} = await promisify(execFile)(process.execPath, ['program.mjs'], {cwd: project});
	return stdout;
}
