import {existsSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {setTimeout} from 'node:timers/promises';
import {parameterCount} from '../../lib/config';
import {Dataset} from '../../lib/dataset';
import {AbortError} from '../../lib/errors';
import {Gpt2} from '../../lib/gpt2';
import {Lion} from '../../lib/optimizers/lion';
import {SophiaG} from '../../lib/optimizers/sophiag';
import {Trainer, type TrainerOptions} from '../../lib/trainer';
import {reset, state} from './fake';
import {fakeTrainer, saveFake, steps} from './steps';
import {temporaryDirectory} from './temporary';

jest.mock('../../lib/native', () => jest.requireActual<typeof import('./fake')>('./fake').fakeModule);

const directory = temporaryDirectory();
let base: TrainerOptions;

beforeEach(async () => {
	reset();
	const model = await Gpt2.create({layers: 1, heads: 1, width: 8, context: 16, vocabulary: 256});
	const text = 'some text to train on. '.repeat(20);
	const data = await Dataset.prepare({text, directory: join(directory(), 'data')});
	base = {model, optimizer: new SophiaG(), data, steps: 5};
});

const saved = (options: Partial<TrainerOptions> = {}) => saveFake(new Trainer({...base, ...options}));

describe('Trainer', () => {
	test('reports every step and can run on', async () => {
		const trainer = new Trainer(base);
		expect(await steps(trainer)).toEqual([1, 2, 3, 4, 5]);
		expect(await steps(trainer)).toEqual([]);
	});

	test('leaving the loop stops the run, and it can go on', async () => {
		const trainer = new Trainer(base);
		for await (const report of trainer.run()) {
			if (report.step === 2) {
				break;
			}
		}
		expect(fakeTrainer().stops).toBeGreaterThan(0);
		const done = fakeTrainer().step;
		expect(await steps(trainer)).toEqual([3, 4, 5].filter((step) => step > done));
	});

	test('an error in the loop stops the run and is not replaced', async () => {
		const trainer = new Trainer(base);
		const failing = (async () => {
			for await (const report of trainer.run()) {
				throw new Error(`step ${report.step}`);
			}
		})();
		await expect(failing).rejects.toThrow('step 1');
		expect(fakeTrainer().stops).toBeGreaterThan(0);
	});

	test('abort stops after a step, hands over all reports, and throws the reason', async () => {
		const trainer = new Trainer({...base, steps: 1000});
		const controller = new AbortController();
		const seen: number[] = [];
		const running = (async () => {
			for await (const {step} of trainer.run({signal: controller.signal})) {
				seen.push(step);
				if (step === 3) {
					controller.abort('enough');
				}
			}
		})();
		await expect(running).rejects.toBeInstanceOf(AbortError);
		await expect(running).rejects.toMatchObject({code: 'ABORT_ERR', cause: 'enough'});
		expect(seen).toEqual(Array.from({length: fakeTrainer().step}, (_, i) => i + 1));
		expect(seen.length).toBeLessThan(10);
	});

	test('an aborted signal throws before anything happens', async () => {
		const trainer = new Trainer(base);
		await expect(steps(trainer, AbortSignal.abort('no'))).rejects.toMatchObject({code: 'ABORT_ERR', cause: 'no'});
		expect(fakeTrainer()).toMatchObject({step: 0, stops: 0});
		expect(await steps(trainer)).toEqual([1, 2, 3, 4, 5]);
	});

	test('a signal that comes after the last step changes nothing', async () => {
		const controller = new AbortController();
		const trainer = new Trainer(base);
		for await (const {step} of trainer.run({signal: controller.signal})) {
			if (step === 5) {
				controller.abort();
			}
		}
		expect(fakeTrainer().step).toBe(5);
	});

	test('a native failure comes out of the loop after the reports before it', async () => {
		const trainer = new Trainer(base);
		const seen: number[] = [];
		const running = (async () => {
			for await (const {step} of trainer.run()) {
				seen.push(step);
				state.failure = {code: 'ERR_SOPHIA_DIVERGED', message: 'too many steps'};
			}
		})();
		await expect(running).rejects.toMatchObject({name: 'SophiaError', code: 'ERR_SOPHIA_DIVERGED'});
		expect(seen).toEqual([1]);
	});

	test('one run at a time', async () => {
		const trainer = new Trainer(base);
		const first = trainer.run();
		await first.next();
		expect(() => trainer.run()).toThrow(expect.objectContaining({code: 'ERR_SOPHIA_BUSY'}));
		await first.return();
		expect(fakeTrainer().disposed).toBe(false);
		const [one, other] = [trainer.run(), trainer.run()];
		await one.next();
		await expect(other.next()).rejects.toMatchObject({code: 'ERR_SOPHIA_BUSY'});
		await one.return();
	});

	test.each<[unknown, string]>([
		[5, 'Expected `options` to be an object, got `5` (number)'],
		[{signals: 1}, 'Unknown option `signals`, did you mean `signal`?'],
		[{signal: {aborted: false}}, 'Expected `signal` to be an AbortSignal, got `{ aborted: false }` (object)'],
	])('run refuses %j when it is called, and can be called again', async (options, message) => {
		const trainer = new Trainer(base);
		const call = () => trainer.run(options as never);
		expect(call).toThrow(TypeError);
		expect(call).toThrow(expect.objectContaining({code: 'ERR_SOPHIA_INVALID_ARGUMENT', message}));
		expect(await steps(trainer)).toEqual([1, 2, 3, 4, 5]);
	});

	test('dispose during a run ends it and frees the memory afterwards', async () => {
		const trainer = new Trainer({...base, steps: 1000});
		for await (const {step} of trainer.run()) {
			if (step === 2) {
				trainer.dispose();
				expect(fakeTrainer().disposed).toBe(false);
			}
		}
		expect(fakeTrainer().disposed).toBe(true);
		expect(fakeTrainer().step).toBeLessThan(10);
		expect(() => trainer.run()).toThrow(expect.objectContaining({code: 'ERR_SOPHIA_DISPOSED'}));
	});

	test('dispose between two reports frees the memory though no other is asked for', async () => {
		const trainer = new Trainer({...base, steps: 1000});
		const reports = trainer.run();
		await reports.next();
		trainer.dispose();
		await setTimeout(20);
		expect(fakeTrainer().disposed).toBe(true);
		expect(fakeTrainer().step).toBeLessThan(10);
		const rest = [];
		for await (const {step} of reports) {
			rest.push(step);
		}
		expect(rest).toEqual(Array.from({length: fakeTrainer().step - 1}, (_, i) => i + 2));
	});

	test('dispose before the first report is asked for leaves nothing to run', async () => {
		const trainer = new Trainer(base);
		const reports = trainer.run();
		trainer.dispose();
		expect(fakeTrainer().disposed).toBe(true);
		await expect(reports.next()).rejects.toMatchObject({code: 'ERR_SOPHIA_DISPOSED'});
	});

	test('using disposes, and leaves the model to its owner', () => {
		{
			using trainer = new Trainer(base);
			expect(trainer.directory).toBe('');
		}
		expect(fakeTrainer().disposed).toBe(true);
		expect(state.models[0]?.disposed).toBe(false);
	});

	test('a slow listener loses no report', async () => {
		const seen: number[] = [];
		for await (const {step} of new Trainer(base).run()) {
			await setTimeout(2);
			seen.push(step);
		}
		expect(seen).toEqual([1, 2, 3, 4, 5]);
	});

	test.each<[string, object, string]>([
		['no model', {model: {}}, 'Expected `model` to be a Gpt2'],
		['no optimizer', {optimizer: 'adamw'}, 'Expected `optimizer` to be an Optimizer'],
		['no data', {data: 'data'}, 'Expected `data` to be a Dataset'],
		['a misspelt option', {stepz: 5}, 'Unknown option `stepz`, did you mean `steps`?'],
		['a sequence longer than the context', {length: 17}, 'Expected `length` to be an integer in [1, 16], got `17`'],
		['another device', {device: 'cuda'}, 'CUDA cannot be used'],
		['an odd resume', {resume: 1}, 'Expected `resume` to be a boolean'],
	])('with %s it is not made', (_name, options, message) => {
		const make = () => new Trainer({...base, directory: join(directory(), 'run'), ...options});
		expect(make).toThrow(message);
		expect(make).toThrow(expect.objectContaining({code: expect.stringMatching(/^ERR_SOPHIA_/)}));
		expect(state.trainers).toEqual([]);
		expect(existsSync(join(directory(), 'run'))).toBe(false);
	});

	test('without options it is not made', () => {
		expect(() => new Trainer(undefined as never)).toThrow('Expected `options` to be an object, got `undefined`');
	});

	test('with a disposed model it is not made', () => {
		base.model.dispose();
		expect(() => new Trainer(base)).toThrow(expect.objectContaining({code: 'ERR_SOPHIA_DISPOSED'}));
	});

	test('it does not overwrite the run of a directory, nor go on with one of another model', () => {
		writeFileSync(join(directory(), 'last.safetensors'), '');
		expect(() => new Trainer({...base, directory: directory()})).toThrow('has one: resume it');
		saved();
		expect(new Trainer({...base, directory: directory(), resume: true}).directory).toBe(directory());
		const config = JSON.stringify({...base.model.config, context: 17});
		const shape = [parameterCount({...base.model.config, context: 17})];
		state.checkpoint = {metadata: {config}, tensors: [{name: 'wte.weight', dtype: 'F32', shape, position: 8}]};
		expect(() => new Trainer({...base, directory: directory(), resume: true})).toThrow(
			'with context 17, got context 16',
		);
	});
});

describe('Trainer.resume', () => {
	test('makes model, optimizer, data and plan as they were, and owns the model', async () => {
		saved({optimizer: new Lion({beta1: 0.8}), clip: 0.5, checkpoint: {every: 3}});
		const original = state.models[0];
		{
			using trainer = await Trainer.resume(directory());
			expect(trainer.optimizer.equals(new Lion({beta1: 0.8}))).toBe(true);
			expect(trainer.data).toEqual(base.data);
			expect(trainer.model.config).toEqual(base.model.config);
			expect(trainer.training).toMatchObject({steps: 5, clip: 0.5, checkpoint: {every: 3, keepEvery: 0}});
			expect(fakeTrainer().config).toMatchObject({resume: true, directory: directory()});
		}
		expect(state.models[1]?.disposed).toBe(true);
		expect(original?.disposed).toBe(false);
	});

	test('carries the same configuration on, character for character', async () => {
		saved({steps: 7});
		const before = state.checkpoint.metadata.training;
		await Trainer.resume(directory());
		expect(fakeTrainer().config.config).toBe(before);
	});

	test('may change how the training goes on, and where', async () => {
		saved();
		const trainer = await Trainer.resume(directory(), {steps: 9, threads: 1, data: base.data});
		expect(trainer.training.steps).toBe(9);
		expect(state.models[1]?.config.threads).toBe(1);
	});

	test('changes one part and leaves its siblings, and what is undefined, as they were', async () => {
		saved({steps: 50, clip: 0.5, schedule: {kind: 'wsd', warmup: 3}, evaluation: {every: 7, batches: 2}});
		const changes = {steps: 60, clip: undefined, schedule: {warmup: 4}, evaluation: {every: 9}} as object;
		const {training} = await Trainer.resume(directory(), {...changes, threads: undefined} as object);
		expect(training).toMatchObject({
			steps: 60,
			clip: 0.5,
			schedule: {kind: 'wsd', warmup: 4, decaySteps: 10},
			evaluation: {every: 9, batches: 2},
		});
	});

	test.each<[object, string]>([
		[{optimizer: new Lion()}, 'Unknown option `optimizer`'],
		[{model: {}}, 'Unknown option `model`'],
		[{directory: 'run'}, 'Unknown option `directory`'],
		[{resume: true}, 'Unknown option `resume`'],
		[{data: 'data'}, 'Expected `data` to be a Dataset, got `data` (string)'],
	])('refuses %j before a model is made', async (options, message) => {
		saved();
		await expect(Trainer.resume(directory(), options)).rejects.toThrow(message);
		expect(state.models.length).toBe(1);
	});

	test('may make activations again', async () => {
		saved();
		await Trainer.resume(directory(), {recompute: true});
		expect(state.models[1]?.config.recompute).toBe('all');
		await Trainer.resume(directory(), {recompute: 'cheap'});
		expect(state.models[2]?.config.recompute).toBe('cheap');
		await expect(Trainer.resume(directory(), {recompute: 'some' as never})).rejects.toThrow('one of `none`');
	});

	test('frees the model when the trainer cannot be made', async () => {
		saved();
		await expect(Trainer.resume(directory(), {length: 99})).rejects.toThrow('Expected `length`');
		expect(state.models[1]?.disposed).toBe(true);
	});
});
