/** Event files as a reader that is not ours finds them: `read.py`, with nothing but Python's standard library. */
import {spawnSync} from 'node:child_process';
import {readdirSync} from 'node:fs';
import {join} from 'node:path';

const there = spawnSync('python3', ['--version']).status === 0;

if (!there) {
	if (process.env.CI === 'true') {
		throw new Error('CI reads event files with Python: apt-get install python3');
	}
	process.stderr.write('There is no python3: the tests that read event files are skipped (apt-get install python3)\n');
}

/** Tests that read event files, skipped where there is no Python. */
export const describeWithPython = there ? describe : describe.skip;

export interface Event {
	readonly time: number;
	readonly step?: number;
	readonly version?: string;
	/** Of a session: 1 for its start. */
	readonly status?: number;
	/** Scalars; null for one that is not finite. */
	readonly values?: Readonly<Record<string, number | null>>;
}

/** The events of a file. */
export function readEvents(path: string): Event[] {
	const {status, stdout, stderr} = spawnSync('python3', [join(__dirname, 'read.py'), path], {
		encoding: 'utf8',
		maxBuffer: 1 << 28,
	});
	if (status !== 0) {
		throw new Error(stderr);
	}
	return stdout
		.split('\n')
		.filter((line) => line !== '')
		.map((line) => JSON.parse(line) as Event);
}

/** The event files of a directory. */
export function eventFiles(directory: string): string[] {
	return readdirSync(directory)
		.filter((name) => name.includes('tfevents'))
		.map((name) => join(directory, name));
}
