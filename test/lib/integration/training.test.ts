import {existsSync, readdirSync} from 'node:fs';
import {join} from 'node:path';
import type {Dataset} from '../../../lib/dataset';
import {Gpt2} from '../../../lib/gpt2';
import {AdamW} from '../../../lib/optimizers/adamw';
import {Lion} from '../../../lib/optimizers/lion';
import {Sgd} from '../../../lib/optimizers/sgd';
import {SophiaG} from '../../../lib/optimizers/sophiag';
import {binCount} from '../../../lib/report/histogram';
import {learningRate, scheduleKinds} from '../../../lib/schedule';
import {Trainer} from '../../../lib/trainer';
import {temporaryDirectory} from '../temporary';
import {arithmetic, follow, makeData, makeTrainer, metrics, shape, tensorBytes} from './setup';

const directory = temporaryDirectory();
let data: Dataset;

beforeEach(async () => {
	data = await makeData(directory());
});

const optimizers = [
	new AdamW({learningRate: 5e-3}),
	new Lion({learningRate: 1e-3}),
	new Sgd(),
	new SophiaG({learningRate: 3e-3, curvature: {every: 3}}),
	new SophiaG({learningRate: 3e-3, form: 'paper', curvature: {every: 4, timing: 'before', fraction: 0.5, clip: 1}}),
].map((optimizer) => [`${optimizer.name} ${optimizer.direction}`, optimizer] as const);

const run = (name = 'run') => join(directory(), name);

describe('training', () => {
	test.each(optimizers)('%s learns, and its lines are its reports', async (_name, optimizer) => {
		using trainer = await makeTrainer(data, optimizer, {directory: run(), steps: 40});
		using model = trainer.model;
		const before = await model.evaluate(data, {batches: 10});
		const reports = await follow(trainer);
		const after = await model.evaluate(data, {batches: 10});
		expect(reports.map(({step}) => step)).toEqual(Array.from({length: 40}, (_, i) => i + 1));
		expect(Math.abs(before.loss - Math.log(256))).toBeLessThan(0.2);
		expect(after.loss).toBeLessThan(before.loss - 0.5);
		expect(metrics(run())).toEqual(reports);
		expect(readdirSync(run()).sort()).toEqual(['best.safetensors', 'last.safetensors', 'metrics.jsonl']);
	});

	test('a report is whole', async () => {
		using trainer = await makeTrainer(data, new SophiaG({curvature: {every: 2}}));
		using model = trainer.model;
		const reports = await follow(trainer);
		const last = reports.at(-1);
		const histograms = reports.flatMap(({ratioHistogram}) => (ratioHistogram === undefined ? [] : [ratioHistogram]));
		expect(histograms.map(({length}) => length)).toEqual(Array.from({length: 10}, () => binCount));
		const times = ['data', 'forward', 'backward', 'step', 'curvature', 'evaluation', 'checkpoint'];
		expect(Object.keys(last?.milliseconds ?? {}).sort()).toEqual(times.sort());
		expect(last).toMatchObject({step: 20, skipped: 0, tokens: 20 * 4 * 16});
		for (const name of ['gradientNorm', 'hessianNorm', 'hessianNorm2', 'parameterNorm', 'momentumNorm'] as const) {
			expect(last?.[name]).toBeGreaterThan(0);
		}
		for (const name of ['clipRate', 'winRate', 'unclipped'] as const) {
			expect(last?.[name]).toBeGreaterThanOrEqual(0);
			expect(last?.[name]).toBeLessThanOrEqual(1);
		}
		expect(reports.filter(({validationLoss}) => validationLoss !== undefined).map(({step}) => step)).toEqual([10, 20]);
		expect(last?.bestValidationLoss).toBeLessThanOrEqual(last?.validationLoss ?? 0);
		expect(existsSync(run())).toBe(false);
		expect(model.config).toMatchObject(shape);
	});

	test.each(scheduleKinds)('the %s schedule is the one that is displayed', async (kind) => {
		for (const warmupForm of ['(step+1)/(warmup+1)', 'step/warmup'] as const) {
			const schedule = {kind, warmup: 5, finalRatio: 0.1, decaySteps: 6, warmupForm};
			using trainer = await makeTrainer(data, new AdamW(), {schedule});
			using model = trainer.model;
			expect(['cpu', 'cuda:0']).toContain(model.device);
			for (const report of await follow(trainer)) {
				const expected = learningRate(trainer.training.schedule, report.step - 1, 20, 6e-4);
				expect(Math.abs(report.learningRate - expected)).toBeLessThan(1e-12);
			}
		}
	});

	test.each(optimizers)(
		'%s resumed after 7 of 20 steps equals the whole run, bit for bit',
		async (_name, optimizer) => {
			const options = {accumulation: 2, clip: 0.5};
			using whole = await makeTrainer(data, optimizer, {...options, directory: run('whole')});
			const reports = await follow(whole);
			using first = await makeTrainer(data, optimizer, {...options, directory: run('parts')});
			await follow(first, 7);
			const stopped = metrics(run('parts')).length;
			expect(stopped).toBeLessThan(20);
			using second = await Trainer.resume(run('parts'));
			const rest = await follow(second);
			expect(rest[0]?.step).toBe(stopped + 1);
			expect(metrics(run('parts')).map(arithmetic)).toEqual(reports.map(arithmetic));
			const [a, b] = ['whole', 'parts'].map((name) => tensorBytes(join(run(name), 'last.safetensors')));
			expect(a?.equals(b ?? Buffer.of())).toBe(true);
			whole.model.dispose();
			first.model.dispose();
		},
	);

	test('threads change nothing, bit for bit', async () => {
		const results: object[][] = [];
		for (const threads of [1, 2, 3]) {
			using trainer = await makeTrainer(data, new SophiaG({curvature: {every: 3}}), {threads});
			results.push((await follow(trainer)).map(arithmetic));
			trainer.model.dispose();
		}
		expect(results[1]).toEqual(results[0]);
		expect(results[2]).toEqual(results[0]);
	});

	test('numbered checkpoints are kept, and load', async () => {
		using trainer = await makeTrainer(data, new Lion(), {directory: run(), checkpoint: {keepEvery: 8}});
		await follow(trainer);
		const kept = readdirSync(run()).filter((name) => name.startsWith('step-'));
		expect(kept).toEqual(['step-00000008.safetensors', 'step-00000016.safetensors']);
		using model = await Gpt2.load(join(run(), kept[0] ?? ''));
		expect(model.config).toEqual(trainer.model.config);
		trainer.model.dispose();
	});

	test('two runs at once do not disturb each other', async () => {
		using one = await makeTrainer(data, new AdamW(), {steps: 10});
		const alone = (await follow(one)).map(arithmetic);
		using two = await makeTrainer(data, new AdamW(), {steps: 10});
		using three = await makeTrainer(data, new AdamW(), {steps: 10});
		const both = await Promise.all([follow(two), follow(three)]);
		expect(both.map((reports) => reports.map(arithmetic))).toEqual([alone, alone]);
		[one, two, three].forEach(({model}) => model.dispose());
	});
});
