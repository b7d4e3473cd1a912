/** Compiles sources on the spot, once for each machine and compiler, into the cache of the user. */
import {createHash} from 'node:crypto';
import {copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync} from 'node:fs';
import {cpus, homedir, tmpdir} from 'node:os';
import {isAbsolute, join} from 'node:path';
import {variable} from '#lib/environment';
import {execute, type ExecutionError} from './process';
import {root} from './root';
import type {Missing} from './rivals/rival';

/** What is made of which source. */
export interface Recipe {
	/** In `bench/rivals`. */
	readonly source: string;
	readonly flags: readonly string[];
	/** How to come by the header and the library that it needs. */
	readonly install: string;
}

const folder = join(root, 'bench', 'rivals');

/** The path of the program or library, or what is missing. @param signal ends the compiler */
export async function compile({source, flags, install}: Recipe, signal?: AbortSignal): Promise<string | Missing> {
	const c = source.endsWith('.c');
	const compiler = variable(c ? 'CC' : 'CXX') ?? (c ? 'cc' : 'c++');
	const run = (args: readonly string[]) => execute({command: compiler, args, environment: process.env}, signal);
	const version = await run(['--version']).catch(() => undefined);
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
		await run([join(folder, source), ...args, '-o', made]);
	} catch (error) {
		rmSync(made, {force: true});
		return {missing: reasonOf(error as ExecutionError), install};
	}
	renameSync(made, path);
	return path;
}

/** Of the user; one that is empty or relative counts as not set. */
function cache(): string {
	const given = variable('XDG_CACHE_HOME') ?? '';
	return join(isAbsolute(given) ? given : join(homedir(), '.cache'), 'sophia-native', 'bench');
}

/** Of the sources, and of all else that the result depends on: `-march=native` is what the processor says it has. */
function fingerprint(words: readonly string[]): string {
	const hash = createHash('sha256').update(JSON.stringify([cpus()[0]?.model, flags(), process.arch, words]));
	for (const name of readdirSync(folder).sort()) {
		if (/\.(c|cpp|h)$/.test(name)) {
			hash.update(readFileSync(join(folder, name)));
		}
	}
	return hash.digest('hex').slice(0, 16);
}

/** Of the processor, where the system tells. */
function flags(): string | undefined {
	try {
		return /^flags\s*:.*$/m.exec(readFileSync('/proc/cpuinfo', 'utf8'))?.[0];
	} catch {
		return undefined;
	}
}

/** What a compiler or a linker complained of first. */
function reasonOf({stderr, message}: ExecutionError): string {
	const header = /fatal error: (.+?): No such file/.exec(stderr)?.[1];
	const library = /cannot find -l(\S+?):? /.exec(`${stderr} `)?.[1];
	const first = /error: .*/.exec(stderr)?.[0] ?? `the compiler ${message}`;
	return header === undefined ? (library === undefined ? first : `no library ${library}`) : `no header ${header}`;
}

/** By path: what was copied, and goes with this process. */
const copies = new Map<string, string>();

/** The same library under a path without spaces and colons, at which the loader would cut what it is to preload. */
export function preloadable(library: string): string {
	if (!/[\s:]/.test(library)) {
		return library;
	}
	const known = copies.get(library);
	if (known !== undefined) {
		return known;
	}
	const place = mkdtempSync(join(tmpdir(), 'sophia-preload-'));
	process.once('exit', () => rmSync(place, {recursive: true, force: true}));
	const copy = join(place, 'library.so');
	copyFileSync(library, copy);
	copies.set(library, copy);
	return copy;
}
