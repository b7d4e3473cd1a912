/** Compiles sources on the spot, once for each machine and compiler, into the cache of the user. */
import {execFile} from 'node:child_process';
import {createHash} from 'node:crypto';
import {existsSync, mkdirSync, readdirSync, readFileSync, renameSync} from 'node:fs';
import {cpus, homedir} from 'node:os';
import {join} from 'node:path';
import {promisify} from 'node:util';
import {root} from './root';
import type {Missing} from './rivals/rival';

const run = promisify(execFile);

/** What is made of which source. */
export interface Recipe {
	/** In `bench/rivals`. */
	readonly source: string;
	readonly flags: readonly string[];
	/** How to come by the header and the library that it needs. */
	readonly install: string;
}

const folder = join(root, 'bench', 'rivals');

/** The path of the program or library, or what is missing. */
export async function compile({source, flags, install}: Recipe): Promise<string | Missing> {
	const c = source.endsWith('.c');
	const compiler = (c ? process.env.CC : process.env.CXX) ?? (c ? 'cc' : 'c++');
	const version = await run(compiler, ['--version']).catch(() => undefined);
	if (version === undefined) {
		return {missing: `no compiler, \`${compiler}\``, install: 'apt install g++'};
	}
	const args = [...(c ? [] : ['-std=c++17']), ...flags];
	const path = join(cache(), `${source.replace(/\.\w+$/, '')}-${fingerprint([version.stdout, ...args])}`);
	if (existsSync(path)) {
		return path;
	}
	mkdirSync(cache(), {recursive: true});
	const made = `${path}.${process.pid}`; // it appears as a whole
	try {
		await run(compiler, [join(folder, source), ...args, '-o', made]);
	} catch (error) {
		return {missing: reasonOf((error as {stderr?: string}).stderr ?? ''), install};
	}
	renameSync(made, path);
	return path;
}

function cache(): string {
	return join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'sophia-native', 'bench');
}

/** Of the sources, and of all else that the result depends on. */
function fingerprint(words: readonly string[]): string {
	const hash = createHash('sha256').update(JSON.stringify([cpus()[0]?.model, process.arch, words]));
	for (const name of readdirSync(folder).sort()) {
		if (/\.(c|cpp|h)$/.test(name)) {
			hash.update(readFileSync(join(folder, name)));
		}
	}
	return hash.digest('hex').slice(0, 16);
}

/** What a compiler or a linker complained of first. */
function reasonOf(words: string): string {
	const header = /fatal error: (.+?): No such file/.exec(words)?.[1];
	const library = /cannot find -l(\S+?):? /.exec(`${words} `)?.[1];
	const first = /error: .*/.exec(words)?.[0] ?? 'it does not compile';
	return header === undefined ? (library === undefined ? first : `no library ${library}`) : `no header ${header}`;
}
