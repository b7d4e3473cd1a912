// The ways to use the package that ask for a tool of their own.
import {mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {directory, inProject, node, npm, root, run} from './project.mjs';
import {tarball} from './tarball.mjs';
import {tool} from './tools.mjs';

const ours = (name) => join(root, 'node_modules', name);
const installed = (...parts) => inProject('node_modules', 'sophia-native', ...parts);

/** Nothing is compiled, as there is no compiler: the binary that came with the package is loaded. */
export async function install() {
	await npm(['install', tarball]);
	const {addon} = JSON.parse(await node(installed('dist', 'cli', 'main.js'), 'info', '--json'));
	if (!addon.startsWith(installed('prebuilds'))) throw new Error(`it loads ${addon}`);
}

/** The types, for CommonJS and for ES modules, as Node and as bundlers find them, on all that test/types does. */
export async function types() {
	const text = readFileSync(join(root, 'test', 'types', 'usage.ts'), 'utf8').replace(
		'../../lib/index',
		'sophia-native',
	);
	for (const name of ['usage.ts', 'usage.mts']) writeFileSync(inProject(name), text);
	const options = {
		...{target: 'es2022', lib: ['es2023', 'esnext.disposable'], noEmit: true, strict: true},
		...{exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true},
		...{types: ['node'], typeRoots: [ours('@types')]},
	};
	const compile = async (name, form) => {
		const config = {files: ['usage.ts', 'usage.mts'], compilerOptions: {...options, ...form}};
		writeFileSync(inProject(name), JSON.stringify(config));
		await node(ours('typescript/bin/tsc'), '-p', inProject(name));
	};
	await Promise.all([
		compile('tsconfig.node.json', {module: 'node16'}),
		compile('tsconfig.bundler.json', {module: 'esnext', moduleResolution: 'bundler', skipLibCheck: true}),
	]);
}

/** The `sophia` command, by the link that npm makes. */
export async function command() {
	mkdirSync(inProject('run'));
	writeFileSync(inProject('run', 'metrics.jsonl'), '{"step":1,"loss":2}\n');
	await run(inProject('node_modules', '.bin', 'sophia'), ['report', 'run']);
	if (!readFileSync(inProject('report.html'), 'utf8').includes('uPlot')) throw new Error('the report has no charts');
}

/** The `sophia-bench` command, where there is no compiler and nobody else to measure. */
export async function benchmarks() {
	const args = [
		'--rivals',
		'none',
		'--parts',
		'products',
		'--threads',
		'1',
		'--rows',
		'8',
		'--weights',
		'8x8',
		'--rounds',
		'2',
	];
	const said = await run(inProject('node_modules', '.bin', 'sophia-bench'), ['kernels', ...args]);
	if (!/\n8 8x8 dw, 1 thread( ~)? +\d+\.\d /.test(said)) throw new Error(`the benchmark said ${said}`);
}

/** A test of the user's, an ES module. */
export async function jest() {
	const config = {rootDir: inProject(), testMatch: ['**/jest.test.mjs'], transform: {}};
	await node('--experimental-vm-modules', ours('jest/bin/jest.js'), '--config', JSON.stringify(config));
}

const bundle = (...options) => run(tool('esbuild'), ['entry.mjs', '--bundle', '--platform=node', ...options]);

/** A bundle that leaves the package out, as README.md says. */
export async function besideBundle() {
	await bundle('--format=esm', '--external:sophia-native', '--outfile=out.mjs');
	await bundle('--format=cjs', '--external:sophia-native', '--outfile=out.cjs');
	await node('out.mjs');
	await node('out.cjs');
}

/** A bundle that has it within, elsewhere: an error that says what to do, and the variable that it names. */
export async function withinBundle() {
	const file = join(directory, 'bundle', 'out.cjs');
	await bundle('--format=cjs', '--log-level=error', `--outfile=${file}`);
	const {message} = await node(file).catch((error) => error);
	if (!/ERR_SOPHIA_NO_BINARY/.test(message) || !message.includes('--external:sophia-native')) throw new Error(message);
	const binary = installed('prebuilds', 'linux-x64', 'sophia-native.glibc.node');
	await run(process.execPath, [file], {cwd: directory, env: {SOPHIA_NATIVE: binary}});
}
