/** Which files a list of paths means, and what each holds, by its name. */
import {readdir, realpath, stat} from 'node:fs/promises';
import {join} from 'node:path';
import {argumentError, printable, SophiaError, wrongFile} from '../errors';
import {noFile} from '../files';
import type {Packing} from './unpack';

/** A file with text in it. */
export interface TextFile {
	readonly path: string;
	/** Plain text, an object of JSON in each line, or a table. */
	readonly form: 'text' | 'jsonl' | 'parquet';
	readonly packing: Packing;
	/** In bytes, as it lies there. */
	readonly size: number;
	/** Whether a directory was given and not the file. */
	readonly listed: boolean;
}

const packings = {'.gz': 'gzip', '.zst': 'zstd', '.zstd': 'zstd'} as const;
const forms = {'.jsonl': 'jsonl', '.ndjson': 'jsonl', '.json': 'jsonl', '.parquet': 'parquet'} as const;
/** Of files, or packed in a way that nothing here reads. */
const archive = /\.(tar|tgz|tbz2?|txz|zip|7z|rar|bz2|xz|lz4|br)$/;

/**
The files that are meant: a file is itself, a directory all that is in it, however deep, in the order of their paths.
Names that begin with a dot are passed over, and so are files that are to be `written`, by their absolute paths without
links. Rejects with the system's error when something cannot be read.

@throws RangeError `ERR_SOPHIA_INVALID_ARGUMENT` for a file that is to be written
@throws SophiaError `ERR_SOPHIA_IO` for what is no regular file and for a symbolic link in a directory, unless links are
followed; `ERR_SOPHIA_FORMAT` for an archive
*/
export async function findFiles(
	paths: readonly string[],
	followLinks: boolean,
	written: (path: string) => boolean = () => false,
): Promise<readonly TextFile[]> {
	const found: TextFile[] = [];
	for (const path of paths) {
		const stats = await stat(path);
		if (!stats.isDirectory()) {
			if (written(await realpath(path))) {
				throw argumentError('range', `Expected texts, got \`${printable(path)}\`, which the preparation itself writes`);
			}
			found.push(await inspect(path, false));
			continue;
		}
		const listed = await list(path, {followLinks, written}, []);
		if (listed.length === 0) {
			throw new SophiaError('ERR_SOPHIA_IO', `Expected \`${printable(path)}\` to have text files in it, got none`);
		}
		found.push(...listed);
	}
	return found;
}

interface Listing {
	readonly followLinks: boolean;
	readonly written: (path: string) => boolean;
}

/** @param above the real paths of the directories that this one lies in */
async function list(directory: string, how: Listing, above: readonly string[]): Promise<TextFile[]> {
	const real = await realpath(directory);
	if (above.includes(real)) {
		throw new SophiaError('ERR_SOPHIA_IO', `\`${printable(directory)}\` leads back to a directory that it lies in`);
	}
	const entries = await readdir(directory, {withFileTypes: true});
	const found: TextFile[] = [];
	for (const entry of entries.filter(({name}) => !name.startsWith('.') && !how.written(join(real, name)))) {
		const path = join(directory, entry.name);
		if (entry.isSymbolicLink() && !how.followLinks) {
			throw new SophiaError('ERR_SOPHIA_IO', `\`${printable(path)}\` is a symbolic link; \`followLinks\` follows it`);
		}
		const inside = entry.isDirectory() || (entry.isSymbolicLink() && (await stat(path)).isDirectory());
		found.push(...(inside ? await list(path, how, [...above, real]) : [await inspect(path, true)]));
	}
	return found.sort((a, b) => (a.path < b.path ? -1 : 1));
}

async function inspect(path: string, listed: boolean): Promise<TextFile> {
	const stats = await stat(path);
	if (!stats.isFile()) {
		throw noFile(path, stats);
	}
	const name = path.toLowerCase();
	const [ending, packing] = Object.entries(packings).find(([suffix]) => name.endsWith(suffix)) ?? ['', undefined];
	const inner = name.slice(0, name.length - ending.length);
	const [, form = 'text'] = Object.entries(forms).find(([suffix]) => inner.endsWith(suffix)) ?? [];
	if (archive.test(inner) || name.endsWith('.tgz')) {
		throw wrongFile(path, 'is an archive; unpack it, and give its directory');
	}
	if (form === 'parquet' && packing !== undefined) {
		throw wrongFile(path, 'is a packed table; unpack it first');
	}
	return {path, form, packing, size: stats.size, listed};
}
