/**
The event file of a run, beside its `metrics.jsonl`, for TensorBoard.

A file is made of the metrics that hold, whole, under a newer name than the last one, which is removed; then it grows by
an event a step. So a run that was killed and goes on from its checkpoint has each of its steps once, for any reader: what
it had said after that checkpoint is gone from both files. A TensorBoard that has read the old file starts over, as the
new one begins with a start of session.

Metrics carry no time of day: that of their steps is counted back from the last change of their file, by the phases.
*/
import {appendFileSync, closeSync, fstatSync, openSync} from 'node:fs';
import {readdir, rm, stat} from 'node:fs/promises';
import {join} from 'node:path';
import {metricsFile} from '../directory';
import {messageOf, wrap, wrapAsync} from '../errors';
import {writeWhole} from '../files';
import {Follower} from '../follower';
import {numbersOf, type StepReport} from '../metrics';
import {startEvent, stepEvent, versionEvent} from './event';
import {record} from './record';

/** TensorBoard reads files with `tfevents` in their name, in the order of names. */
const ours = /^events\.out\.tfevents\.(\d+)\.sophia$/;

/**
The event file of a run that goes on. It begins with the first step that it is told of, as only then the run is ours; and
again where somebody has removed it, as `writeEvents` of another process does.
*/
export class EventLog implements Disposable {
	readonly #directory: string;
	readonly #warn: (problem: string, step: number) => void;
	#file: number | undefined;
	#ended = false;

	/** @param warn is told, once, what keeps the events from being written; there are no more of them then */
	constructor(directory: string, warn: (problem: string, step: number) => void) {
		this.#directory = directory;
		this.#warn = warn;
	}

	/** Adds a step that was just taken; before the first one, those that the run took before it. */
	async append(report: StepReport): Promise<void> {
		if (this.#ended) {
			return;
		}
		try {
			const file = await this.#open(report.step - 1);
			wrap(() => appendFileSync(file, record(stepEvent(Date.now() / 1e3, report))));
		} catch (error) {
			this.#ended = true; // a training must not end by it
			this.#warn(messageOf(error), report.step);
		}
	}

	[Symbol.dispose](): void {
		this.#ended = true;
		this.#close();
	}

	/** @param until the last step that was taken before */
	async #open(until: number): Promise<number> {
		const open = this.#file;
		if (open !== undefined && wrap(() => fstatSync(open)).nlink > 0) {
			return open;
		}
		this.#close();
		const path = await writeEvents(this.#directory, until);
		const file = wrap(() => openSync(path, 'a'));
		this.#file = file;
		return file;
	}

	#close(): void {
		const file = this.#file;
		this.#file = undefined;
		if (file !== undefined) {
			wrap(() => closeSync(file));
		}
	}
}

/**
Writes the event file of a directory anew from its metrics.

@param until the last step that counts @default all of them
@returns its path
@throws SophiaError `ERR_SOPHIA_IO`, `ERR_SOPHIA_FORMAT`; see `Follower.advance`
*/
export async function writeEvents(directory: string, until = Infinity): Promise<string> {
	const old = (await wrapAsync(() => readdir(directory))).filter((name) => ours.test(name));
	const newest = Math.max(0, ...old.map((name) => Number(ours.exec(name)?.[1])));
	const path = join(directory, `events.out.tfevents.${Math.max(Date.now(), newest + 1)}.sophia`);
	await wrapAsync(() => writeWhole(path, ({fd}) => writePast(fd, metricsFile(directory), until)));
	await wrapAsync(() => Promise.all(old.map((name) => rm(join(directory, name), {force: true}))));
	return path;
}

/** Writes the steps up to one of them, with the times at which they ended. */
async function writePast(file: number, metrics: string, until: number): Promise<void> {
	const put = (event: Buffer) => appendFileSync(file, record(event));
	let time = until > 0 ? await beginning(metrics) : Date.now() / 1e3;
	put(versionEvent(time));
	put(startEvent(time, 1));
	if (until > 0) {
		await readSteps(metrics, (report) => {
			time += seconds(report);
			if (report.step <= until) {
				put(stepEvent(time, report));
			}
		});
	}
}

/** When the first step began, in seconds since 1970. */
async function beginning(metrics: string): Promise<number> {
	let spent = 0;
	await readSteps(metrics, (report) => (spent += seconds(report)));
	return (await stat(metrics)).mtimeMs / 1e3 - spent;
}

async function readSteps(path: string, take: (report: StepReport) => void): Promise<void> {
	await new Follower(path, {take, reset: () => undefined}).advance();
}

/** How long a step took. */
function seconds(report: StepReport): number {
	const phases = numbersOf(report).filter(([path, value]) => path.startsWith('milliseconds.') && value > 0);
	const sum = phases.reduce((total, [, value]) => total + value, 0) / 1e3;
	return Number.isFinite(sum) ? sum : 0;
}
