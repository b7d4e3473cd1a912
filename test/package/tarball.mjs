// What is in the package, and what is not.
import {existsSync, readFileSync, readdirSync, rmSync, statSync} from 'node:fs';
import {join} from 'node:path';
import {directory, npm, root, run} from './project.mjs';

const path = process.env.PATH;
const largest = 100e6; // npm's registry takes twice that, and a user waits for it
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

export const tarball = join(directory, `${manifest.name}-${manifest.version}.tgz`);

/** Makes it as `npm publish` would, but with kernels for one GPU. @returns its size */
export async function pack() {
	rmSync(join(root, 'prebuilds'), {recursive: true, force: true});
	await npm(['pack', '--pack-destination', directory], {cwd: root, env: {PATH: path}});
	const list = await run('tar', ['-tzf', tarball], {env: {PATH: path}});
	const names = list
		.trim()
		.split('\n')
		.map((name) => name.replace(/^package\//, ''));
	const [unwanted, absent] = [names.filter(stray), missing(names)];
	if (unwanted.length > 0) throw new Error(`the package should not have ${unwanted.join(', ')}`);
	if (absent.length > 0) throw new Error(`the package lacks ${absent.join(', ')}`);
	const {size} = statSync(tarball);
	if (size > largest) throw new Error(`the package has ${size} bytes`);
	return `${names.length} files, ${(size / 1e6).toFixed(1)} MB`;
}

/** Whether a file has no business there: hidden, of the tests, or left over in dist/ from a source that is gone. */
function stray(name) {
	if (/(^|\/)\.|^(test|build|node_modules)\//.test(name) || name.endsWith('.tgz')) return true;
	if (name.startsWith('bench/')) return !/^bench\/(rivals\/\w+\.(c|cpp|h|py)|browser\/\w+\.(js|css))$/.test(name);
	const [, source, ending] = /^dist\/(.*?)(\.d\.m?ts|\.m?js)(\.map)?$/.exec(name) ?? [];
	if (source === undefined) return name.startsWith('dist/');
	const folder = source.startsWith('bench/') ? root : join(root, 'lib');
	return !existsSync(join(folder, `${source}${ending.includes('m') ? '.mts' : '.ts'}`));
}

function missing(names) {
	const entries = JSON.stringify([manifest.exports, manifest.bin]).match(/dist\/[^"]*/g);
	const scripts = ['preinstall', 'install', 'postinstall', 'prepare'].filter((name) => manifest.scripts[name]);
	const binaries = readdirSync(join(root, 'prebuilds'), {recursive: true}).filter((name) => name.endsWith('.node'));
	const wanted = [...entries, 'README.md', 'LICENSE', 'THIRD_PARTY_NOTICES.md', 'CMakeLists.txt', 'setup.mjs'];
	if (binaries.length !== 1) wanted.push(`one binary instead of ${binaries.length}`);
	if (scripts.length > 0 || manifest.gypfile !== false) wanted.push('nothing that npm would run at an installation');
	return [...wanted, `prebuilds/${binaries[0]}`].filter((name) => !names.includes(name));
}
