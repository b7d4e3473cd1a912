/** Whole commands of a study, as small as they get: a tiny model, some steps, and a text of words without sense. */
import {spawn} from 'node:child_process';
import {mkdtempSync, readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {Dataset} from 'sophia-native';
import {uniform} from '../../../bench/study/random';

/** A directory with the data, for all tests of a file. */
export function studyDirectory(): () => string {
	let directory = '';
	beforeAll(async () => {
		directory = mkdtempSync(join(tmpdir(), 'sophia test-'));
		const random = uniform(1);
		const words = 'what goes up must come down and rain fell all day long over seven hills'.split(' ');
		const text = Array.from({length: 1500}, () => words[Math.floor(random() * words.length)]).join(' ');
		await Dataset.prepare({text, directory: join(directory, 'data'), validation: 0.05});
	});
	afterAll(() => rmSync(directory, {recursive: true, force: true}));
	return () => directory;
}

/** A command line. @param study the name of its directory */
export function lineOf(directory: string, study: string, line: string, ...more: readonly string[]): readonly string[] {
	const places = ['--data', join(directory, 'data'), '--directory', join(directory, study)];
	const size = ['--model', '1x16', '--batch', '4', '--length', '16', '--workers', '2'];
	return [...line.split(' '), ...places, ...size, ...more];
}

/** The command in a process of its own. */
export function begin(argv: readonly string[]) {
	const command = join(__dirname, '../../../dist/bench/cli.js');
	const child = spawn(process.execPath, [command, ...argv], {stdio: ['ignore', 'pipe', 'pipe']});
	const said = {text: ''};
	const hear = (text: Buffer) => (said.text += text.toString());
	child.stdout.on('data', hear);
	child.stderr.on('data', hear);
	return {child, said, ended: new Promise<number | null>((resolve) => child.on('close', resolve))};
}

/** The lines of a file that are JSON. */
export function linesOf(path: string): readonly Record<string, unknown>[] {
	return readFileSync(path, 'utf8')
		.split('\n')
		.flatMap((line) => {
			try {
				return [JSON.parse(line) as Record<string, unknown>];
			} catch {
				return [];
			}
		});
}

/** Until something is so. @throws Error after half a minute */
export async function until(isSo: () => boolean): Promise<void> {
	for (let tries = 0; !isSo(); tries++) {
		if (tries > 1500) {
			throw new Error('it never was');
		}
		await new Promise((resolve) => setTimeout(resolve, 20));
	}
}

/** The processes that a process started and that live. */
export function childrenOf(pid: number | undefined): readonly number[] {
	const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
	return text === '' ? [] : text.split(' ').map(Number);
}

/** Whether a process lives: one that nobody has asked how it ended does not. */
export function lives(pid: number): boolean {
	try {
		return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
	} catch {
		return false;
	}
}
