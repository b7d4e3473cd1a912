/**
Files that are whole or not there: everything is written under a temporary name, synced, then renamed. A crash at any
moment leaves the old file or the new one.
*/
import {existsSync, mkdirSync, statSync, type Stats} from 'node:fs';
import {open, rename, rm, rmdir, type FileHandle} from 'node:fs/promises';
import {dirname, resolve} from 'node:path';
import {printable, SophiaError} from './errors';

/** Of a path that leads to something else than a regular file, whose size would be unknown or mean nothing. */
export function noFile(path: string, stats: Stats): SophiaError {
	const kinds = {
		directory: stats.isDirectory(),
		pipe: stats.isFIFO(),
		socket: stats.isSocket(),
		'symbolic link': stats.isSymbolicLink(),
	};
	const [kind = 'device'] = Object.entries(kinds).find(([, holds]) => holds) ?? [];
	return new SophiaError('ERR_SOPHIA_IO', `Expected \`${printable(path)}\` to be a regular file, got a ${kind}`);
}

const temporaryEnding = '.tmp-';

/** Whether a name is one that `writeWhole` gives another while it is written; a crash may leave it. */
export function isTemporaryOf(name: string, temporary: string): boolean {
	return temporary.startsWith(name + temporaryEnding);
}

/** Writes a file through `fill` and puts it in place of `path` at the end, or nothing at all when `fill` throws. */
export async function writeWhole<T>(path: string, fill: (file: FileHandle) => Promise<T>): Promise<T> {
	const temporary = `${path}${temporaryEnding}${process.pid}`;
	let result: T;
	try {
		const file = await open(temporary, 'w+');
		try {
			result = await fill(file);
			await file.sync();
		} finally {
			await file.close();
		}
		await rename(temporary, path);
	} catch (error) {
		await rm(temporary, {force: true});
		throw error;
	}
	await syncDirectory(dirname(path));
	return result;
}

/**
Makes a directory, and those above it. Node's own `recursive` never ends where a file system takes no new names, as /proc.

@returns the topmost that was not there before
*/
export function makeDirectory(given: string): string | undefined {
	const path = resolve(given);
	const made = existsSync(dirname(path)) ? undefined : makeDirectory(dirname(path));
	try {
		mkdirSync(path);
		return made ?? path;
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === 'EEXIST' && statSync(path).isDirectory()) {
			return made;
		}
		throw error;
	}
}

/** The most bytes that one call reads: Node counts them in 31 bits, and Linux gives no more than that. */
const readAtOnce = 2 ** 30;

/** Fills `bytes` from a place in a file on. @throws SophiaError `ERR_SOPHIA_IO` when the file ends before that */
export async function readAll(file: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
	for (let done = 0; done < bytes.length;) {
		const some = Math.min(readAtOnce, bytes.length - done);
		const {bytesRead} = await file.read(bytes, done, some, position + done);
		if (bytesRead === 0) {
			const expected = `Expected ${bytes.length} bytes from byte ${position} on`;
			throw new SophiaError('ERR_SOPHIA_IO', `${expected}, got ${done} and the end of the file`);
		}
		done += bytesRead;
	}
}

/** Writes all of `bytes` to a place in a file. */
export async function writeAll(file: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
	for (let done = 0; done < bytes.length;) {
		done += (await file.write(bytes, done, bytes.length - done, position + done)).bytesWritten;
	}
}

/** Makes a directory and does the work in it. When that fails, the directories that were made for it are gone again. */
export async function inDirectory<T>(path: string, work: () => Promise<T>): Promise<T> {
	const made = makeDirectory(path);
	try {
		return await work();
	} catch (error) {
		for (let empty = resolve(path); made !== undefined && empty.length >= made.length; empty = dirname(empty)) {
			await rmdir(empty).catch(() => undefined); // somebody else may use it by now
		}
		throw error;
	}
}

/** Makes the names in a directory last, as `sync` does for the bytes of a file. */
async function syncDirectory(path: string): Promise<void> {
	const directory = await open(path, 'r');
	try {
		await directory.sync();
	} finally {
		await directory.close();
	}
}
