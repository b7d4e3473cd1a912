import {join} from 'node:path';
import {existsSync, readFileSync, writeFileSync} from 'node:fs';
import {Runner, type Failed, type Pace} from '../../../bench/study/runner';
import {Store} from '../../../bench/study/store';
import type {Job} from '../../../bench/study/regime';
import {temporaryDirectory} from '../../lib/temporary';
import {jobOf, runOf} from './regimes';

const directory = temporaryDirectory();
const answer = (loss: number) => JSON.stringify({loss, curve: [], seconds: 1, losses: [5, 4]});

/** A process that leaves a mark, and then does as the program says. */
function launch(program: (job: Job) => string) {
	return (job: Job) => ({
		command: process.execPath,
		args: ['-e', `require('fs').appendFileSync(${JSON.stringify(marks())}, '${job.seed} ');${program(job)}`],
	});
}

const marks = () => join(directory(), 'marks');
const started = () => (existsSync(marks()) ? readFileSync(marks(), 'utf8').trim().split(' ').sort() : []);

function makeRunner(program: (job: Job) => string, pace: Partial<Pace> = {}) {
	const store = new Store(join(directory(), 'runs.jsonl'));
	const failed: Failed[] = [];
	const {signal} = new AbortController();
	const onFailed = (each: Failed) => failed.push(each);
	const runner = new Runner(store, {
		directory: '',
		workers: 2,
		limit: 600,
		signal,
		onFailed,
		launch: launch(program),
		...pace,
	});
	return {runner, store, failed};
}

const seeds = (...list: readonly number[]) => list.map((seed) => jobOf({seed}));

test('runs each job once, in whatever order, and keeps what comes of it', async () => {
	const {runner, store} = makeRunner(({seed}) => `console.log('first words'); console.log('${answer(seed)}')`);
	const both = await Promise.all([runner.run(seeds(1, 2, 3)), runner.run(seeds(3, 1))]);
	expect(both.map((runs) => runs.map((run) => run?.loss))).toEqual([
		[1, 2, 3],
		[3, 1],
	]);
	expect(started()).toEqual(['1', '2', '3']);
	expect((await runner.run(seeds(2))).map((run) => run?.loss)).toEqual([2]);
	expect(started()).toEqual(['1', '2', '3']);
	expect(new Store(store.path).all()).toHaveLength(3);
});

test('runs as many side by side as it may, and no more', async () => {
	const count = join(directory(), 'count');
	writeFileSync(count, '');
	const end = `fs.appendFileSync(count,'-');console.log('${answer(1)}')`;
	// nobody ends before two have begun
	const wait = `const look=()=>fs.readFileSync(count,'utf8').length<2?setTimeout(look,5):setTimeout(()=>{${end}},100)`;
	const program = () => `const fs=require('fs'),count='${count}';fs.appendFileSync(count,'+');${wait};look()`;
	await makeRunner(program).runner.run(seeds(1, 2, 3, 4));
	const sums = Array.from(readFileSync(count, 'utf8')).map((_, i, signs) =>
		signs.slice(0, i + 1).reduce((sum, sign) => sum + (sign === '+' ? 1 : -1), 0),
	);
	expect(Math.max(...sums)).toBe(2);
});

test.each([
	['crashes', 'console.error("Error: out of luck"); process.exit(1)', /exit code 1: Error: out of luck/],
	['throws', 'throw Object.assign(new RangeError("no more"), {code: 7})', /exit code 1: RangeError: no more/],
	['is killed', 'console.error("so long"); process.kill(process.pid, "SIGKILL")', /ended with SIGKILL: so long/],
	['prints rubbish', 'console.log("no JSON")', /rubbish: `no JSON`/],
	['prints a loss that is none', `console.log('{"loss":"x","curve":[],"seconds":1}')`, /rubbish/],
	['prints nothing', '', /rubbish/],
])('one that %s is tried twice, told, and the rest goes on', async (_what, program, reason) => {
	const {runner, failed, store} = makeRunner(({seed}) => (seed === 1 ? program : `console.log('${answer(seed)}')`));
	const runs = await runner.run(seeds(1, 2));
	expect(runs.map((run) => run?.loss)).toEqual([undefined, 2]);
	expect(failed).toEqual([{job: jobOf({seed: 1}), reason: expect.stringMatching(reason) as string}]);
	expect([started(), store.all().length]).toEqual([['1', '1', '2'], 1]);
});

test('one that hangs is ended', async () => {
	const program = ({seed}: Job) => (seed === 1 ? 'setInterval(()=>0,1e3)' : `console.log('${answer(seed)}')`);
	const {runner, failed} = makeRunner(program, {limit: 0, patience: 0.7});
	expect((await runner.run(seeds(1))).map((run) => run?.loss)).toEqual([undefined]);
	expect(failed[0]?.reason).toMatch(/took longer than 0\.7 s/);
});

test('ends everybody when it is told to, and nothing is lost', async () => {
	const controller = new AbortController();
	const {runner, store} = makeRunner(
		({seed}) => (seed === 1 ? `console.log('${answer(1)}')` : 'setInterval(()=>0,1e3)'),
		{
			signal: controller.signal,
		},
	);
	const running = runner.run(seeds(1, 2, 3, 4));
	const settled = running.catch((error: unknown) => error);
	while (store.find(jobOf({seed: 1})) === undefined) {
		await new Promise((resolve) => setTimeout(resolve, 20));
	}
	controller.abort(new Error('enough'));
	expect(await settled).toEqual(new Error('enough'));
	expect(new Store(store.path).all().map(({seed}) => seed)).toEqual([1]);
});

test('makes steps again, however often they were made before', async () => {
	const {runner, store} = makeRunner(() => `console.log('${answer(1)}')`);
	store.add({...runOf({steps: 2}), losses: [9, 9]});
	expect((await runner.again(jobOf({steps: 2})))?.losses).toEqual([5, 4]);
	expect(store.find(jobOf({steps: 2}))?.losses).toEqual([9, 9]);
	await runner.again(jobOf({steps: 3}), true);
	expect(store.find(jobOf({steps: 3}))?.losses).toEqual([5, 4]);
	const broken = makeRunner(() => 'process.exit(3)');
	expect(await broken.runner.again(jobOf({steps: 4}))).toBeUndefined();
});

test('is idle once nobody runs any more, and nobody new begins after the signal', async () => {
	const controller = new AbortController();
	const {runner} = makeRunner(() => 'setInterval(()=>0,1e3)', {signal: controller.signal});
	const all = [runner.run(seeds(1, 2, 3)), runner.again(jobOf({seed: 4}))].map((each) => each.catch(String));
	while (started().length < 2) {
		await new Promise((resolve) => setTimeout(resolve, 20));
	}
	controller.abort(new Error('enough'));
	await runner.idle();
	expect(await Promise.all(all)).toEqual(['Error: enough', 'Error: enough']);
	expect(started()).toEqual(['1', '2']);
});
