/** One command at a time adds to a directory: a file names its process, and counts as long as that lives. */
import {readFileSync, renameSync, rmSync, writeFileSync} from 'node:fs';
import {hostname} from 'node:os';
import {join} from 'node:path';
import {setTimeout} from 'node:timers/promises';
import {printable, SophiaError, wrapAsync} from '#lib/errors';
import {makeDirectory} from '#lib/files';

/** Who has a directory. */
interface Holder {
	readonly pid: number;
	/** When the process began, as `beginOf` says: another one may get its number. */
	readonly begin: string;
	/** Processes of another machine cannot be asked. */
	readonly host: string;
	readonly command: string;
}

/** Milliseconds in which somebody who made the file has written it. */
const patience = 200;

/** A directory that nobody else adds to, until this is disposed of. */
export class Lock implements Disposable {
	private constructor(
		readonly path: string,
		/** What the file says, and no other does. */
		readonly text: string,
	) {}

	/**
	Takes a directory, and makes it where it is not there. What a process left that is dead is taken over.

	@throws SophiaError `ERR_SOPHIA_BUSY` where somebody else has it, `ERR_SOPHIA_IO`
	*/
	static take(directory: string, command: string): Promise<Lock> {
		return wrapAsync(async () => {
			makeDirectory(directory);
			const path = join(directory, 'lock');
			const own: Holder = {pid: process.pid, begin: beginOf(process.pid) ?? '', host: hostname(), command};
			const text = `${JSON.stringify(own)}\n`;
			while (!create(path, text)) {
				const found = await read(path);
				const holder = holderOf(found);
				if (holder !== undefined && isThere(holder)) {
					throw new SophiaError('ERR_SOPHIA_BUSY', refusal(directory, path, holder));
				}
				remove(path, found);
			}
			return new Lock(path, text);
		});
	}

	[Symbol.dispose](): void {
		remove(this.path, this.text);
	}
}

/** @returns whether it was not there */
function create(path: string, text: string): boolean {
	try {
		writeFileSync(path, text, {flag: 'wx'});
		return true;
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === 'EEXIST') {
			return false;
		}
		throw error;
	}
}

async function read(path: string): Promise<string> {
	const text = textOf(path);
	if (text.endsWith('\n')) {
		return text;
	}
	await setTimeout(patience);
	return textOf(path);
}

/** Nothing where the file is gone. */
function textOf(path: string): string {
	try {
		return readFileSync(path, 'utf8');
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
			return '';
		}
		throw error;
	}
}

/** Undefined for rubbish. */
function holderOf(text: string): Holder | undefined {
	try {
		const holder = JSON.parse(text) as Partial<Holder> | null;
		const words = [holder?.begin, holder?.host, holder?.command].every((word) => typeof word === 'string');
		return words && Number.isSafeInteger(holder?.pid) && Number(holder?.pid) > 0 ? (holder as Holder) : undefined;
	} catch {
		return undefined;
	}
}

const isThere = ({pid, begin, host}: Holder) => host !== hostname() || beginOf(pid) === begin;

/** When a process began, in ticks of the system; nothing where that does not tell, undefined for one that has ended. */
function beginOf(pid: number): string | undefined {
	try {
		process.kill(pid, 0);
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code !== 'EPERM') {
			return undefined;
		}
	}
	try {
		const [state, ...numbers] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
		return state === 'Z' ? undefined : (numbers[18] ?? '');
	} catch {
		return '';
	}
}

/** Removes what says that, and nothing that somebody else has put there since. */
function remove(path: string, text: string): void {
	const aside = `${path}-${process.pid}`;
	try {
		renameSync(path, aside); // one of several that want it gets it
	} catch {
		return;
	}
	if (readFileSync(aside, 'utf8') === text) {
		rmSync(aside);
	} else {
		renameSync(aside, path);
	}
}

function refusal(directory: string, path: string, {pid, host, command}: Holder): string {
	const who = `process ${pid}${host === hostname() ? '' : ` on ${printable(host)}`}`;
	const advice =
		host === hostname()
			? 'wait for its end, or give another `--directory`'
			: `remove \`${printable(path)}\` if it has ended`;
	return `\`${printable(directory)}\` is in use by ${who}, \`sophia-bench ${printable(command)}\`: ${advice}`;
}
