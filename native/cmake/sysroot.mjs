// What the published addon is linked against: from an npm package, into build/, and only where a prebuild is made.
import {spawnSync} from 'node:child_process';
import {createHash} from 'node:crypto';
import {existsSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync} from 'node:fs';
import {join} from 'node:path';

const toolchain = '@napi-rs/cross-toolchain-x64-target-x86_64';
const version = '1.0.0';
const integrity = 'sha512-lecoghCfoTAX9MLFcIx9/nL9M8xdkZ9n8Pki8qjKUNzjiq1zbECdEbzIZAMMHRtrXxifK9dAyYuh8gSxNbr2og==';

// Nothing else of the package is wanted: the linker would take its old libstdc++ where it saw one.
const root = './x86_64-unknown-linux-gnu/sysroot';
const parts = [
	...[`${root}/lib64`, `${root}/usr/lib64`, `${root}/usr/lib/crt[1in].o`],
	...['ld', 'libc', 'libm', 'libdl', 'librt', 'libpthread'].map((name) => `${root}/lib/${name}[.-]*`),
	...['libc', 'libm', 'libdl', 'librt', 'libpthread'].map((name) => `${root}/usr/lib/${name}.so`),
	...['libc', 'libpthread'].map((name) => `${root}/usr/lib/${name}_nonshared.a`),
	'./lib/gcc/x86_64-unknown-linux-gnu/4.8.5/libgcc_eh.a',
];

function run(command, args, help) {
	const {status, error, stderr} = spawnSync(command, args, {encoding: 'utf8'});
	if (status !== 0) throw new Error(`${[command, ...args].join(' ')} failed${help}: ${error?.message ?? stderr}`);
}

/** The folder that holds it, below `build`. Unpacked once, and whole or not at all. */
export function sysroot(build) {
	const folder = join(build, `sysroot-${version}`);
	if (existsSync(folder)) return folder;
	const work = mkdtempSync(join(build, 'sysroot-'));
	try {
		// Within `npm pack --dry-run` its options would hold for this one too.
		const options = ['--pack-destination', work, '--dry-run=false', '--json=false', '--ignore-scripts', '--silent'];
		run('npm', ['pack', `${toolchain}@${version}`, ...options], '; a prebuild fetches that package, 47 MB');
		const [name = ''] = readdirSync(work);
		const found = `sha512-${createHash('sha512')
			.update(readFileSync(join(work, name)))
			.digest('base64')}`;
		if (found !== integrity) throw new Error(`${toolchain}@${version} is not what it was: ${found}`);
		run('tar', ['-xzf', join(work, name), '-C', work], '');
		const archive = join(work, 'package', 'x86_64-unknown-linux-gnu.tar.xz');
		const unpacked = mkdtempSync(join(work, 'unpacked-'));
		run('tar', ['-xJf', archive, '-C', unpacked, '--wildcards', ...parts], ' (it needs xz, Debian: xz-utils)');
		renameSync(unpacked, folder);
	} finally {
		rmSync(work, {recursive: true});
	}
	return folder;
}
