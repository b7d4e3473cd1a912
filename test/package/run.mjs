// What a user of the package gets: packed, installed in an empty project where there is no compiler, and used there in
// all the ways that README.md names, with every Node that is supported, and with Bun. Stops at the first that fails.
//
//   npm run test:package
import {rmSync} from 'node:fs';
import {join} from 'node:path';
import {sysroot} from '../../native/cmake/sysroot.mjs';
import {directory, makeProject, root, run} from './project.mjs';
import {pack} from './tarball.mjs';
import {fetchTools, runtimes, tool} from './tools.mjs';
import {benchmarks, besideBundle, command, install, jest, types, withinBundle} from './ways.mjs';

const ways = [
	['the sophia command', command],
	['the sophia-bench command', benchmarks],
	['types for Node and for bundlers', types],
	['jest with ES modules', jest],
	['left out of a bundle', besideBundle],
	['within a bundle', withinBundle],
];

/** Prints a line with the seconds that the work took, and its last line of text where there is one. */
async function check(name, work) {
	const started = performance.now();
	const said = (await work())?.trim().split('\n').at(-1);
	const seconds = ((performance.now() - started) / 1000).toFixed(1);
	console.log(`ok   ${name}, ${seconds} s${said ? `: ${said}` : ''}`);
}

function openOnOldLibrary() {
	const addon = join(root, 'prebuilds', 'linux-x64', 'sophia-native.glibc.node');
	const args = [join(root, 'test', 'package', 'old.mjs'), sysroot(join(root, 'build')), addon];
	return run(process.execPath, args, {env: {PATH: process.env.PATH}});
}

try {
	makeProject();
	await Promise.all([check('packed', pack), check('Nodes, Bun and a bundler from npm', fetchTools)]);
	await check('opened on glibc 2.17', openOnOldLibrary);
	await check('installed without a compiler', install);
	for (const runtime of runtimes) {
		for (const args of [['train.cjs', 'sophia-native'], ['faces.mjs'], ['workers.cjs']]) {
			await check(`${runtime} ${args[0]}`, () => run(tool(runtime), args));
		}
	}
	for (const [name, way] of ways) await check(name, way);
} finally {
	rmSync(directory, {recursive: true});
}
