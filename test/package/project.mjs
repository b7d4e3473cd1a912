// An empty project on a machine that has Node and nothing else, far from our node_modules.
import {execFile} from 'node:child_process';
import {copyFileSync, mkdirSync, mkdtempSync, symlinkSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));
export const directory = mkdtempSync(join(tmpdir(), 'sophia-'));
const project = join(directory, 'empty project');
const onlyNode = join(directory, 'bin');

export const inProject = (...parts) => join(project, ...parts);

/** Runs a program in the project, with Node alone on the PATH. @returns what it prints */
export function run(command, args, {cwd = project, env = {}, seconds = 120} = {}) {
	const environment = {...process.env, PATH: onlyNode, SOPHIA_NATIVE: '', ...env};
	const options = {cwd, env: environment, maxBuffer: 1e8, timeout: seconds * 1000, killSignal: 'SIGKILL'};
	return new Promise((resolve, reject) => {
		execFile(command, args, options, (error, output, errors) => {
			const late = error?.killed ? [`it did not end in ${seconds} s`] : [];
			if (error) reject(new Error([error.message, ...late, output, errors].join('\n')));
			else resolve(output);
		});
	});
}
export const node = (...args) => run(process.execPath, args);

/** npm, by the path that it tells its scripts: it is not on the PATH of the project. Packing may have to compile. */
export const npm = (args, options) =>
	run(process.execPath, [process.env.npm_execpath, ...args], {seconds: 1800, ...options});

export function makeProject() {
	for (const folder of [project, onlyNode]) mkdirSync(folder);
	symlinkSync(process.execPath, join(onlyNode, 'node'));
	writeFileSync(inProject('package.json'), '{"private": true}');
	for (const name of ['entry.mjs', 'faces.mjs', 'jest.test.mjs', 'workers.cjs']) {
		copyFileSync(join(root, 'test', 'package', name), inProject(name));
	}
	copyFileSync(join(root, '.ci', 'train.cjs'), inProject('train.cjs'));
}
