// Makes prebuilds/linux-x64/sophia-native.glibc.node, the addon as it is published: stripped, on glibc 2.28 or older,
// with CUDA where there is nvcc. `npm run prebuild` runs setup.mjs before it; where that has built, little is left to do.
//
//   node prebuild.mjs [--release] [-D…]     --release: kernels for every GPU, and an error where there is no nvcc
//
// `npm publish` makes a release. With options it builds in build/release, as CMake would keep them.
import {spawnSync} from 'node:child_process';
import {copyFileSync, mkdirSync, readFileSync, rmSync, statSync} from 'node:fs';
import {availableParallelism} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {promisify} from 'node:util';
import prebuildify from 'prebuildify';
import {portability} from './portability.mjs';
import {sysroot} from './sysroot.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const build = join(root, 'build');

function fail(sentence) {
	console.error(`prebuild: ${sentence}`);
	process.exit(1);
}

function run(command, args) {
	const {status, error} = spawnSync(command, args, {cwd: root, stdio: ['ignore', 'inherit', 'inherit']});
	if (status !== 0) fail(`${[command, ...args].join(' ')} failed${error ? `: ${error.message}` : ''}`);
}

function definitions() {
	const release = process.argv.includes('--release') || process.env.npm_command === 'publish';
	const given = process.argv.slice(2).filter((argument) => argument !== '--release');
	const unknown = given.find((argument) => !argument.startsWith('-D'));
	if (unknown !== undefined) fail(`expected --release or definitions for CMake, -DNAME=VALUE, got ${unknown}`);
	return [...(release ? ['-DSOPHIA_CUDA=ON', '-DSOPHIA_CUDA_ARCHITECTURES=all'] : []), ...given];
}

/** The addon, linked against the old C library. CMake and ninja are those that setup.mjs found. */
function link() {
	const own = definitions();
	const cache = readFileSync(join(build, 'cmake', 'CMakeCache.txt'), 'utf8');
	const entry = (name) => new RegExp(`^${name}:\\w+=(.*)$`, 'm').exec(cache)?.[1] ?? '';
	const [cmake, make, generator] = ['CMAKE_COMMAND', 'CMAKE_MAKE_PROGRAM', 'CMAKE_GENERATOR'].map(entry);
	const folder = join(build, own.length === 0 ? 'cmake' : 'release');
	const tools = own.length === 0 ? [] : ['-G', generator, `-DCMAKE_MAKE_PROGRAM=${make}`];
	const output = own.length === 0 ? [] : [`-DCMAKE_LIBRARY_OUTPUT_DIRECTORY=${join(folder, 'out')}`];
	run(cmake, ['-S', root, '-B', folder, ...tools, ...output, `-DSOPHIA_SYSROOT=${sysroot(build)}`, ...own]);
	const jobs = String(availableParallelism());
	run(cmake, ['--build', folder, '--target', 'sophia_prebuilt', '--parallel', jobs]);
	return join(folder, 'prebuilt', 'sophia_prebuilt.node');
}

/** Hands the addon to prebuildify, which calls it what node-gyp-build looks for. It moves what it finds in a build folder. */
async function pack(addon) {
	const folder = join(build, 'prebuildify');
	const output = join(folder, 'build', 'Release');
	for (const old of [folder, join(root, 'prebuilds')]) rmSync(old, {recursive: true, force: true});
	mkdirSync(output, {recursive: true});
	copyFileSync(addon, join(output, 'sophia_native.node'));
	const options = {
		cwd: folder,
		out: root,
		name: 'sophia-native',
		napi: true,
		tagLibc: true,
		targets: [],
		nodeGyp: 'true',
	};
	await promisify(prebuildify)(options); // the build was made: nothing is left to do for node-gyp
	return join(root, 'prebuilds', 'linux-x64', 'sophia-native.glibc.node');
}

if (process.platform !== 'linux' || process.arch !== 'x64') {
	fail(`only Linux on x86-64 has prebuilt binaries, this is ${process.platform}-${process.arch}`);
}
try {
	const addon = link();
	const {glibc, wrong} = portability(addon);
	if (wrong.length > 0) fail(`the addon would not run everywhere: ${wrong.join('; ')}`);
	const place = await pack(addon);
	console.log(`prebuild: ${place}, ${(statSync(place).size / 1e6).toFixed(1)} MB, for glibc ${glibc} and newer`);
} catch (error) {
	fail(error.message);
}
