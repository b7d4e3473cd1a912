import {appendFileSync, existsSync, mkdirSync, utimesSync, writeFileSync} from 'node:fs';
import {basename, join} from 'node:path';
import {parseReport} from '../../../lib/metrics';
import {EventLog, writeEvents} from '../../../lib/tensorboard/log';
import {addSteps, reportOf} from '../report/runs';
import {temporaryDirectory} from '../temporary';
import {describeWithPython, eventFiles, readEvents} from './reader';

const directory = temporaryDirectory();
const report = (step: number) => parseReport(JSON.stringify(reportOf(step)));
const stepsOf = (path = '') => readEvents(path).flatMap(({values, step}) => (values === undefined ? [] : [step]));
const range = (last: number) => Array.from({length: last}, (_, i) => i + 1);

const unexpected = (problem: string) => {
	throw new Error(problem);
};

/** Takes steps, a line of the metrics and an event each. */
async function take(first: number, last: number): Promise<void> {
	using log = new EventLog(directory(), unexpected);
	for (let step = first; step <= last; step++) {
		addSteps(directory(), step, step);
		await log.append(report(step));
	}
}

describeWithPython('an event file', () => {
	test('has every number of every step', async () => {
		addSteps(directory(), 1, 100, (step) => (step === 3 ? {loss: null} : {}));
		const path = await writeEvents(directory());
		expect(basename(path)).toMatch(/^events\.out\.tfevents\.\d{13}\.sophia$/);
		const events = readEvents(path);
		expect(events[0]).toMatchObject({version: 'brain.Event:2'});
		expect(events[1]).toMatchObject({status: 1, step: 1});
		expect(events).toHaveLength(102);
		const {values = {}, step} = events[51] ?? {time: 0};
		expect(step).toBe(50);
		const said = report(50);
		expect(values.loss).toBe(Math.fround(said.loss));
		expect(values['milliseconds/backward']).toBe(24);
		expect(values.validationLoss).toBe(Math.fround(said.validationLoss ?? 0));
		expect(events[4]?.values?.loss).toBeNull();
	});

	test('counts the time of its steps back from the end of the metrics', async () => {
		addSteps(directory(), 1, 100);
		utimesSync(join(directory(), 'metrics.jsonl'), 1.7e9, 1.7e9);
		const times = readEvents(await writeEvents(directory())).map(({time}) => time);
		expect(times.at(-1)).toBeCloseTo(1.7e9, 3);
		const {milliseconds} = report(100);
		const last = Object.values<number>({...milliseconds}).reduce((sum, time) => sum + time, 0) / 1e3;
		expect((times.at(-1) ?? 0) - (times.at(-2) ?? 0)).toBeCloseTo(last, 3);
		expect([...times].sort((a, b) => a - b)).toEqual(times);
	});

	test('grows by a step at a time', async () => {
		const begin = Date.now() / 1e3;
		await take(1, 3);
		const [path, ...others] = eventFiles(directory());
		expect(others).toEqual([]);
		expect(stepsOf(path)).toEqual([1, 2, 3]);
		expect(readEvents(path ?? '').every(({time}) => time >= begin - 1 && time <= Date.now() / 1e3)).toBe(true);
	});

	test('of a run that goes on has each step once, whatever was said after its checkpoint', async () => {
		await take(1, 7);
		const [killed = ''] = eventFiles(directory());
		appendFileSync(killed, Buffer.alloc(7)); // a torn record
		writeFileSync(join(directory(), 'metrics.jsonl'), ''); // cut back to the checkpoint
		addSteps(directory(), 1, 5);
		await take(6, 9);
		const files = eventFiles(directory());
		expect(files).toHaveLength(1);
		expect(stepsOf(files[0])).toEqual(range(9));
		expect((files[0] ?? '') > killed).toBe(true);
	});

	test('that was written anew by another goes on with the run, each step once', async () => {
		using log = new EventLog(directory(), unexpected);
		for (const step of range(8)) {
			addSteps(directory(), step, step);
			await log.append(report(step));
			if (step === 3 || step === 6) {
				expect(stepsOf(await writeEvents(directory()))).toEqual(range(step));
			}
		}
		const files = eventFiles(directory());
		expect(files).toHaveLength(1);
		expect(stepsOf(files[0])).toEqual(range(8));
	});

	test('is newer than the last one, even where the clock was turned back', async () => {
		addSteps(directory(), 1, 2);
		const late = join(directory(), 'events.out.tfevents.8000000000000.sophia');
		const foreign = join(directory(), 'events.out.tfevents.1700000000.other');
		writeFileSync(late, '');
		writeFileSync(foreign, '');
		expect(basename(await writeEvents(directory()))).toBe('events.out.tfevents.8000000000001.sophia');
		expect([existsSync(late), existsSync(foreign)]).toEqual([false, true]);
	});

	test('of a new run has no steps of an older one', async () => {
		addSteps(directory(), 1, 5);
		using log = new EventLog(directory(), unexpected);
		await log.append(report(1));
		expect(stepsOf(eventFiles(directory())[0])).toEqual([1]);
	});

	test('that is damaged is noticed by the reader', async () => {
		addSteps(directory(), 1, 2);
		const path = await writeEvents(directory());
		appendFileSync(path, 'x');
		expect(() => readEvents(path)).toThrow('torn record');
	});
});

test('without metrics there is no event file', async () => {
	await expect(writeEvents(directory())).rejects.toMatchObject({code: 'ERR_SOPHIA_IO'});
	expect(eventFiles(directory())).toEqual([]);
	await expect(writeEvents(join(directory(), 'none'))).rejects.toMatchObject({code: 'ERR_SOPHIA_IO'});
});

test('a log that cannot be written says so once, and harms nobody', async () => {
	const warn = jest.fn();
	using log = new EventLog(directory(), warn);
	await log.append(report(2)); // there are no metrics of the first
	addSteps(directory(), 1, 3);
	await log.append(report(3));
	expect(warn.mock.calls).toEqual([[expect.stringMatching('ENOENT'), 2]]);
	expect(eventFiles(directory())).toEqual([]);
});

test('an old event file that cannot be removed is an error with a code', async () => {
	addSteps(directory(), 1, 2);
	mkdirSync(join(directory(), 'events.out.tfevents.1.sophia'));
	await expect(writeEvents(directory())).rejects.toMatchObject({code: 'ERR_SOPHIA_IO'});
});

test('damaged metrics give no event file, and leave the one that there is', async () => {
	addSteps(directory(), 1, 2);
	const path = await writeEvents(directory());
	appendFileSync(join(directory(), 'metrics.jsonl'), 'nonsense\n');
	await expect(writeEvents(directory())).rejects.toMatchObject({code: 'ERR_SOPHIA_FORMAT'});
	expect(eventFiles(directory())).toEqual([path]);
});
