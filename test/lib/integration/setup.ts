/** What the tests of the real addon share: a text, a small model, and the command as a child process. */
import {spawn, type ChildProcess} from 'node:child_process';
import {readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import type {Gpt2Options} from '../../../lib/config';
import {Dataset} from '../../../lib/dataset';
import {Gpt2} from '../../../lib/gpt2';
import type {Optimizer} from '../../../lib/optimizers/optimizer';
import type {StepReport} from '../../../lib/metrics';
import {Trainer, type TrainerOptions} from '../../../lib/trainer';

/** The package as it is built, for child processes. */
export const dist = join(__dirname, '../../../dist');

export const shape: Gpt2Options = {layers: 2, heads: 2, width: 24, context: 16, vocabulary: 256};

/** Sentences of a small grammar: there is something to learn in them within twenty steps. */
export function sentences(count: number): string {
	const words = [
		['the old', 'a young', 'every', 'no'],
		['sailor', 'teacher', 'river', 'engine'],
		['sees', 'follows', 'builds', 'forgets'],
		['the sea', 'a house', 'the road', 'its name'],
	];
	let state = 1;
	const choose = (choices: readonly string[]) => {
		state = (state * 48271) % 2147483647;
		return choices[state % choices.length] ?? '';
	};
	return Array.from({length: count}, () => `${words.map(choose).join(' ')}.\n`).join('');
}

export const makeData = (directory: string) =>
	Dataset.prepare({text: sentences(2000), directory: join(directory, 'data')});

/** A trainer over a new model, which whoever asks for it disposes of. */
export async function makeTrainer(
	data: Dataset,
	optimizer: Optimizer,
	options: Partial<TrainerOptions> & {threads?: number} = {},
): Promise<Trainer> {
	const {threads = 0, ...rest} = options;
	const model = await Gpt2.create(shape, {seed: 5, threads});
	return new Trainer({
		model,
		optimizer,
		data,
		steps: 20,
		batch: 4,
		schedule: {warmup: 2},
		evaluation: {every: 10, batches: 2},
		...rest,
	});
}

/** Every report of a run, to its end or to `last`, after which the loop is left. */
export async function follow(trainer: Trainer, last = Infinity): Promise<StepReport[]> {
	const reports: StepReport[] = [];
	for await (const report of trainer.run()) {
		reports.push(report);
		if (report.step === last) {
			break;
		}
	}
	return reports;
}

/** The numbers of a checkpoint, without the metadata, whose times differ from run to run. */
export function tensorBytes(path: string): Buffer {
	const file = readFileSync(path);
	return file.subarray(8 + Number(file.readBigUInt64LE(0)));
}

/** The reports of a directory's `metrics.jsonl`. */
export function metrics(directory: string): StepReport[] {
	const text = readFileSync(join(directory, 'metrics.jsonl'), 'utf8');
	return text
		.split('\n')
		.filter((line) => line !== '')
		.map((line) => JSON.parse(line) as StepReport);
}

/** What a report says of the arithmetic: all but times. */
export function arithmetic(report: StepReport): object {
	const times = ['milliseconds', 'tokensPerSecond', 'flops'];
	return Object.fromEntries(Object.entries(report).filter(([name]) => !times.includes(name)));
}

export interface Ended {
	readonly code: number | null;
	readonly signal: NodeJS.Signals | null;
	readonly stdout: string;
	readonly stderr: string;
}

/** Starts a program of node; `ended` is what became of it. */
export function start(args: readonly string[], environment = {}): {child: ChildProcess; ended: Promise<Ended>} {
	const env = {...process.env, ...environment};
	const child = spawn(process.execPath, args, {stdio: ['ignore', 'pipe', 'pipe'], env});
	let stdout = '';
	let stderr = '';
	child.stdout.on('data', (data: Buffer) => (stdout += data.toString()));
	child.stderr.on('data', (data: Buffer) => (stderr += data.toString()));
	const ended = new Promise<Ended>((resolve, reject) => {
		child.on('error', reject);
		child.on('close', (code, signal) => resolve({code, signal, stdout, stderr}));
	});
	return {child, ended};
}

/** Starts the `sophia` command. */
export const sophia = (...args: string[]) => start([join(dist, 'cli/main.js'), ...args]);

/** Runs the command, which must end well without a word on stderr. @returns what it printed */
export async function run(...args: string[]): Promise<string> {
	const {code, stdout, stderr} = await sophia(...args).ended;
	expect({code, stderr}).toEqual({code: 0, stderr: ''});
	return stdout;
}

/** Prepares a text by the command: the `data` of a directory. */
export async function prepareIn(directory: string): Promise<void> {
	const text = join(directory, 'text.txt');
	writeFileSync(text, sentences(2000));
	await run('prepare', text, '--output', join(directory, 'data'));
}

/** Waits until a condition holds. */
export async function until(condition: () => boolean, what: string): Promise<void> {
	const end = Date.now() + 60_000;
	while (!condition()) {
		if (Date.now() > end) {
			throw new Error(`Waited in vain for ${what}`);
		}
		await new Promise((resolve) => setTimeout(resolve, 2));
	}
}
