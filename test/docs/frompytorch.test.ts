/** The programs of docs/from-pytorch.md, run as they stand. */
import {execFile} from 'node:child_process';
import {symlinkSync, mkdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {promisify} from 'node:util';
import ts from 'typescript';
import {sentences} from '../lib/integration/setup';
import {temporaryDirectory} from '../lib/temporary';
import {blocks, root} from './page';

const directory = temporaryDirectory();

/** All TypeScript of a page as one program, in a project that has the package and a text. */
async function run(page: string): Promise<string> {
	const project = directory();
	mkdirSync(join(project, 'node_modules'));
	symlinkSync(root, join(project, 'node_modules/sophia-native'));
	writeFileSync(join(project, 'input.txt'), sentences(1000));
	const {outputText} = ts.transpileModule(blocks(page, 'ts').join('\n'), {
		compilerOptions: {module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022},
	});
	writeFileSync(join(project, 'program.mjs'), outputText);
	const {stdout} = await promisify(execFile)(process.execPath, ['program.mjs'], {cwd: project});
	return stdout;
}

test('docs/from-pytorch.md trains, suggests and checks derivatives', async () => {
	const lines = (await run('from-pytorch.md')).trim().split('\n');
	const [step, loss, winRate] = (lines[39] ?? '').split(' ').map(Number);
	expect(step).toBe(40);
	expect(loss).toBeLessThan(Number(lines[0]?.split(' ')[1]));
	expect(winRate).toBeGreaterThan(0);
	expect(lines[40]).toMatch(/^SophiaG \{ learningRate: 0\.0004[78].* \[ 0\.0003, 0\.0006 \] https:/);
	const [gradient, product, asymmetry] = (lines[41] ?? '').split(' ').map(Number);
	expect(Math.max(gradient ?? NaN, product ?? NaN, asymmetry ?? NaN)).toBeLessThan(1e-8);
});
