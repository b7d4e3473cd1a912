import {join} from 'node:path';
import {setTimeout} from 'node:timers/promises';
import type {Dataset} from '../../../lib/dataset';
import {AbortError} from '../../../lib/errors';
import {SophiaG} from '../../../lib/optimizers/sophiag';
import {Trainer} from '../../../lib/trainer';
import {temporaryDirectory} from '../temporary';
import {dist, follow, makeData, makeTrainer, metrics, start, until} from './setup';

const directory = temporaryDirectory();
const run = () => join(directory(), 'run');
let data: Dataset;

beforeEach(async () => {
	data = await makeData(directory());
});

describe('a run that is stopped', () => {
	test('by leaving the loop has written a checkpoint, and can go on in place', async () => {
		using trainer = await makeTrainer(data, new SophiaG(), {directory: run(), steps: 30, checkpoint: {every: 0}});
		await follow(trainer, 5);
		const stopped = metrics(run()).length;
		expect(stopped).toBeGreaterThanOrEqual(5);
		expect(stopped).toBeLessThan(30);
		const rest = await follow(trainer);
		expect(rest.map(({step}) => step)).toEqual(Array.from({length: 30 - stopped}, (_, i) => stopped + 1 + i));
		trainer.model.dispose();
	});

	test('by nobody waits for a slow listener, at most two steps ahead of it', async () => {
		using trainer = await makeTrainer(data, new SophiaG(), {directory: run(), steps: 12});
		let furthest = 0;
		for await (const {step} of trainer.run()) {
			await until(() => metrics(run()).length > step || step === 12, 'the step after');
			await setTimeout(20);
			furthest = Math.max(furthest, metrics(run()).length - step);
		}
		expect(furthest).toBeGreaterThanOrEqual(1);
		expect(furthest).toBeLessThanOrEqual(2);
		trainer.model.dispose();
	});

	test('by a signal has written a checkpoint, handed over every report, and says why', async () => {
		using trainer = await makeTrainer(data, new SophiaG(), {directory: run(), steps: 100_000, checkpoint: {every: 0}});
		const controller = new AbortController();
		const seen: number[] = [];
		const running = (async () => {
			for await (const {step} of trainer.run({signal: controller.signal})) {
				seen.push(step);
				if (step === 4) {
					controller.abort(new Error('enough'));
				}
			}
		})();
		await expect(running).rejects.toBeInstanceOf(AbortError);
		await expect(running).rejects.toMatchObject({code: 'ABORT_ERR', cause: {message: 'enough'}});
		expect(metrics(run()).map(({step}) => step)).toEqual(seen);
		using resumed = await Trainer.resume(run(), {steps: seen.length + 2});
		expect((await follow(resumed))[0]?.step).toBe(seen.length + 1);
		trainer.model.dispose();
	});

	test('by a signal that was aborted before has done nothing', async () => {
		using trainer = await makeTrainer(data, new SophiaG(), {directory: run()});
		const before = trainer.model.read('wte.weight');
		const begin = () => trainer.run({signal: AbortSignal.abort('no')});
		expect(begin).toThrow(expect.objectContaining({code: 'ABORT_ERR', cause: 'no'}));
		expect(trainer.model.read('wte.weight')).toEqual(before);
		expect((await follow(trainer)).length).toBe(20);
		trainer.model.dispose();
	});

	test('by disposal ends', async () => {
		const trainer = await makeTrainer(data, new SophiaG(), {steps: 100_000});
		let steps = 0;
		for await (const {step} of trainer.run()) {
			steps = step;
			trainer.dispose();
		}
		expect(steps).toBeLessThan(1000);
		expect(() => trainer.run()).toThrow(expect.objectContaining({code: 'ERR_SOPHIA_DISPOSED'}));
		trainer.model.dispose();
	});

	test('by disposal of its model ends, and another says that it is gone', async () => {
		using trainer = await makeTrainer(data, new SophiaG(), {steps: 100_000});
		let steps = 0;
		for await (const {step} of trainer.run()) {
			steps = step;
			trainer.model.dispose();
		}
		expect(steps).toBeLessThan(1000);
		await expect(follow(trainer)).rejects.toMatchObject({code: 'ERR_SOPHIA_DISPOSED'});
	});

	test('leaves the event loop free while it runs', async () => {
		using trainer = await makeTrainer(data, new SophiaG(), {steps: 100_000});
		let ticks = 0;
		const timer = setInterval(() => ticks++, 2);
		const controller = new AbortController();
		const running = (async () => {
			for await (const {step} of trainer.run({signal: controller.signal})) {
				expect(step).toBeGreaterThan(0);
			}
		})();
		await setTimeout(200);
		controller.abort();
		await expect(running).rejects.toBeInstanceOf(AbortError);
		clearInterval(timer);
		expect(ticks).toBeGreaterThan(10);
		trainer.model.dispose();
	});
});

/** A program that trains for ever, and does this after each step: by default, in a worker, tells of it. */
const trains = (more = "require('node:worker_threads').parentPort.postMessage(step);") => `
	const {Dataset, Gpt2, SophiaG, Trainer} = require(${JSON.stringify(dist)});
	(async () => {
		const data = Dataset.open(${JSON.stringify(join(directory(), 'data'))});
		const model = await Gpt2.create({layers: 2, heads: 2, width: 24, context: 16, vocabulary: 256});
		const trainer = new Trainer({model, optimizer: new SophiaG(), data, steps: 1e6});
		for await (const {step} of trainer.run()) { ${more} }
	})();
`;

/** The same in a worker that tells of its first step and hears nothing after it. */
const deaf = () => trains("require('node:worker_threads').parentPort.postMessage(step); for (;;);");

test('a trainer that is disposed of between two reports lets the process end', async () => {
	const program = trains('trainer.dispose(); await new Promise(() => undefined);');
	const {ended} = start(['-e', program]);
	const {code, stdout, stderr} = await ended;
	expect({code, stdout, stderr}).toEqual({code: 0, stdout: '', stderr: ''});
});

describe('a process that goes away in the middle of a step', () => {
	test.each([1, 5, 20])('by process.exit() at step %d exits with its code', async (step) => {
		const {ended} = start(['-e', trains(`if (step === ${step}) process.exit(7);`)]);
		expect(await ended).toEqual({code: 7, signal: null, stdout: '', stderr: ''});
	});

	test('by worker.terminate(), ten times, lives on', async () => {
		const program = `
			const {Worker} = require('node:worker_threads');
			(async () => {
				for (let i = 0; i < 10; i++) {
					const worker = new Worker(${JSON.stringify(trains())}, {eval: true});
					await new Promise((resolve, reject) => {
						worker.on('error', reject);
						worker.on('message', (step) => step > i && resolve());
					});
					await worker.terminate();
				}
				console.log('alive');
			})();
		`;
		const {ended} = start(['-e', program]);
		expect(await ended).toEqual({code: 0, signal: null, stdout: 'alive\n', stderr: ''});
	});

	test('by worker.terminate() while the worker does not listen lives on', async () => {
		const program = `
			const {Worker} = require('node:worker_threads');
			(async () => {
				const worker = new Worker(${JSON.stringify(deaf())}, {eval: true});
				await new Promise((resolve) => worker.on('message', resolve));
				await new Promise((resolve) => setTimeout(resolve, 100));
				await worker.terminate();
				console.log('alive');
			})();
		`;
		const {ended} = start(['-e', program]);
		expect(await ended).toEqual({code: 0, signal: null, stdout: 'alive\n', stderr: ''});
	});
});
