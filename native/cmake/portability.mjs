// Whether an addon runs wherever Node does, by what it asks of the system: prints what is wrong, a line each.
//
//   node portability.mjs <file> [<newest version of glibc that it may ask for>]
import {spawnSync} from 'node:child_process';
import {argv} from 'node:process';
import {pathToFileURL} from 'node:url';

/** What Node itself asks for, since its version 20. */
export const floor = '2.28';

const libraries = /^(lib(c|m|dl|pthread|rt)\.so\.\d|ld-linux-[\w-]+\.so\.\d)$/;
export const ofNode = /^(napi|node_api)_/;

function readelf(option, path) {
	const {status, stdout, stderr, error} = spawnSync('readelf', ['--wide', option, path], {encoding: 'utf8'});
	if (status !== 0 || stdout === '') throw new Error(`readelf cannot read ${path}: ${error?.message ?? stderr}`);
	return stdout;
}

/** The symbols that it takes from elsewhere: name, version of the library if it names one, and whether it can do without. */
export function wanted(path) {
	const row = /^[ \t]*\d+:[ \t]+\S+[ \t]+\d+[ \t]+\S+[ \t]+(\w+)[ \t]+\S+[ \t]+UND[ \t]+([^\s@]+)(?:@+(\S+))?/gm;
	return [...readelf('--dyn-syms', path).matchAll(row)].map(([, binding, name, version]) => ({
		name,
		version,
		optional: binding === 'WEAK',
	}));
}

const numbers = (version) => version.split('.').map(Number);
function newer(version, than) {
	const [a, b] = [numbers(version), numbers(than)];
	const place = [0, 1, 2].find((i) => (a[i] ?? 0) !== (b[i] ?? 0));
	return place !== undefined && (a[place] ?? 0) > (b[place] ?? 0);
}

/** The newest glibc that the addon asks for, and what keeps it from running where there is `newest` and no more. */
export function portability(path, newest = floor) {
	const needed = [...readelf('--dynamic', path).matchAll(/\(NEEDED\).*\[(.*)\]/g)].map(([, library]) => library);
	const symbols = wanted(path);
	const ofGlibc = ({version}) => /^GLIBC_([\d.]+)$/.exec(version ?? '')?.[1];
	const wrong = symbols.flatMap((symbol) => {
		const {name, version, optional} = symbol;
		if (version === undefined) return optional || ofNode.test(name) ? [] : [`nobody defines ${name}`];
		const glibc = ofGlibc(symbol);
		if (glibc !== undefined && !newer(glibc, newest)) return [];
		return [`${name} is of ${version}, and glibc ${newest} is all that may be asked for`];
	});
	const foreign = needed.filter((library) => !libraries.test(library)).map((library) => `it needs ${library}`);
	const versions = symbols.map(ofGlibc).filter((version) => version !== undefined);
	return {
		glibc: versions.reduce((last, version) => (newer(version, last) ? version : last), '0'),
		wrong: [...foreign, ...wrong],
	};
}

if (import.meta.url === pathToFileURL(argv[1]).href) {
	const {glibc, wrong} = portability(argv[2], argv[3]);
	for (const line of wrong) console.error(line);
	console.log(`${argv[2]} asks for glibc ${glibc}, and ${wrong.length} things are wrong`);
	process.exitCode = wrong.length === 0 ? 0 : 1;
}
