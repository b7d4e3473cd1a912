import {mkdirSync, readdirSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {train} from '../../../lib/cli/train';
import {Dataset} from '../../../lib/dataset';
import {preset} from '../../../lib/presets';
import {gpt2Parameters, reset, state} from '../fake';
import {MemoryOutput} from '../output';
import {temporaryDirectory} from '../temporary';
import {giveDirectory} from '../pretrained/fake';
import {giveCheckpoint, shape} from './checkpoint';

jest.mock('../../../lib/native', () => jest.requireActual<typeof import('../fake')>('../fake').fakeModule);

const directory = temporaryDirectory();
const run = () => join(directory(), 'run');
let data: Dataset;

beforeEach(async () => {
	reset();
	data = await Dataset.prepare({text: 'some text to train on '.repeat(100), directory: directory()});
});

/** A directory with the fake's checkpoint in it. */
function interrupted(): void {
	mkdirSync(run());
	writeFileSync(join(run(), 'last.safetensors'), '');
	giveCheckpoint({train: data.train.path, validation: data.validation.path});
}

const config = () => state.trainers[0]?.config;

describe('train', () => {
	test('without options trains the tiny preset with Sophia-G on all bytes', async () => {
		await train({data: directory(), output: run(), steps: 2}, new MemoryOutput());
		const {width, context} = preset('tiny', 'sophia-g').model;
		expect(config()).toMatchObject({optimizer: 'sophia-g', length: context, warmup: 0, seed: 1337, resume: false});
		expect(state.models[0]).toMatchObject({config: {vocabulary: 256, width}, calls: [['initialize', 1337]]});
	});

	test('of another preset and optimizer takes their numbers', async () => {
		const small = {layers: 1, heads: 1, width: 8, context: 32, length: 32};
		const settings = {
			data: directory(),
			output: run(),
			preset: '125m',
			optimizer: 'lion',
			steps: 3,
			warmup: 1,
			...small,
		};
		await train(settings, new MemoryOutput());
		expect(config()).toMatchObject({
			optimizer: 'lion',
			learningRate: 1e-4,
			decay: 'matrices',
			accumulation: 60,
			every: 0,
		});
		expect(state.models[0]?.config).toMatchObject({bias: false, scaleByLayer: true, width: 8, vocabulary: 256});
	});

	test('from weights elsewhere takes their shape, and the numbers of the preset for the rest', async () => {
		const from = giveDirectory(join(directory(), 'gpt2'));
		const output = new MemoryOutput();
		await train({data: directory(), output: run(), from, preset: '125m', steps: 3, warmup: 1}, output);
		expect(config()).toMatchObject({learningRate: 6e-4, accumulation: 60, length: 16});
		expect(state.models[0]?.config).toMatchObject({layers: 1, bias: true, scaleByLayer: false, dropout: 0.1});
		expect(state.models[0]?.calls.map(([name]) => name)).toEqual(['write', 'write']);
		expect(output.text).not.toMatch('tokens in the data');
	});

	test('from weights elsewhere may cut the context and change the dropout, and nothing else of the shape', async () => {
		const from = giveDirectory(join(directory(), 'gpt2'), {vocab_size: 300});
		const settings = {data: directory(), output: run(), from, steps: 3};
		const output = new MemoryOutput();
		await train({...settings, context: 8, dropout: 0, layers: 1}, output);
		expect(config()).toMatchObject({length: 8});
		expect(state.models[0]?.config).toMatchObject({context: 8, dropout: 0});
		expect(output.text).toMatch(/cpu with 2 threads, 256 of its 300 tokens in the data\n/);
		reset();
		giveDirectory(join(directory(), 'gpt2'), {vocab_size: 300});
		await expect(train({...settings, layers: 2}, new MemoryOutput())).rejects.toThrow('with layers 1, got layers 2');
		await expect(train({...settings, vocabulary: 256}, new MemoryOutput())).rejects.toThrow('got vocabulary 256');
		expect(state.models).toEqual([]);
	});

	test('from weights whose vocabulary is too small for the data trains nothing', async () => {
		const from = giveDirectory(join(directory(), 'gpt2'), {vocab_size: 255});
		const failing = train({data: directory(), output: run(), from, steps: 3}, new MemoryOutput());
		await expect(failing).rejects.toThrow(
			"Expected the model's vocabulary to cover the 256 tokens of the data, got 255",
		);
		expect(state.models.every(({disposed}) => disposed)).toBe(true);
		expect(state.trainers).toEqual([]);
	});

	test('with resume goes on with the run of the directory, without being told anything again', async () => {
		interrupted();
		const output = new MemoryOutput();
		await train({output: run(), resume: true}, output);
		expect(state.models[0]?.calls).toEqual([['load', join(run(), 'last.safetensors')]]);
		expect(config()).toMatchObject({resume: true, steps: 9, directory: run(), hyper: {rho: 0.2}});
		expect(output.text).toMatch('step 9/9');
	});

	test('with resume may be told to go on otherwise', async () => {
		interrupted();
		await train({output: run(), resume: true, steps: 12, learningRate: 5e-4, data: directory()}, new MemoryOutput());
		expect(config()).toMatchObject({steps: 12, learningRate: 5e-4, warmup: 0, hyper: {rho: 0.2}});
	});

	test('says what moves what where that is not one rule for all numbers', async () => {
		state.parameters = gpt2Parameters();
		const shape = {layers: 1, heads: 2, width: 4, context: 16, length: 16};
		const text = async (optimizer: string) => {
			const output = new MemoryOutput();
			rmSync(run(), {recursive: true, force: true});
			await train({data: directory(), output: run(), steps: 1, optimizer, ...shape}, output);
			return output.text.split('\n').slice(1, 4);
		};
		expect(await text('muon')).toEqual([
			'adamw: 3 tensors, 36 parameters; muon: 6 matrices, 192 parameters',
			expect.stringMatching(/^step 1/),
			expect.anything(),
		]);
		expect(await text('adam-mini')).toEqual([
			'adam-mini: 6 tensors, 224 parameters; adamw: 1 tensor, 4 parameters',
			'  a second moment for each 1 row of wte.weight, wpe.weight',
			'  a second moment for each 2, 2, 1 columns of h.*.attn.c_attn.weight',
		]);
		expect((await text('adamw'))[0]).toMatch(/^step 1/);
	});

	test('takes the options of rules beside the own one', async () => {
		state.parameters = gpt2Parameters();
		const settings = {data: directory(), output: run(), steps: 1, optimizer: 'muon', learningRate: 0.5};
		await train({...settings, heads: 2, width: 4, adamwLearningRate: 0.25, adamwBeta1: 0.7}, new MemoryOutput());
		expect(config()).toMatchObject({
			...{optimizer: 'muon', learningRate: 0.5, weightDecay: 0.1},
			others: [{optimizer: 'adamw', rate: 0.5, weightDecay: 0.1, hyper: {beta1: 0.7, beta2: 0.95}}],
		});
	});

	test('says what is about to happen before the first step', async () => {
		const output = new MemoryOutput();
		const small = {layers: 1, heads: 1, width: 8, context: 16, length: 16, batch: 4, accumulation: 50};
		await train({data: directory(), output: run(), steps: 1, ...small}, output);
		expect(output.text).toMatch(
			/^sophia-g on 3,064 parameters, 3,200 tokens a step, cpu with 2 threads\nstep 1\/1 {2}loss 5\.0000/,
		);
		rmSync(run(), {recursive: true});
		await train({data: directory(), output: run(), steps: 1, ...small, threads: 1}, output);
		expect(output.text).toMatch('cpu with 1 thread\n');
	});

	test.each([[7], [4]])('with resume and %d steps, which it has taken, says so and trains nothing', async (steps) => {
		interrupted();
		const output = new MemoryOutput();
		await train({output: run(), resume: true, steps}, output);
		expect(output.text).toBe(`the run is at step 7 of ${steps} already\n${join(run(), 'last.safetensors')}\n`);
		expect(state.models).toEqual([]);
	});

	test('with resume may name the preset it began with, whose numbers it has, and no other model', async () => {
		interrupted();
		const same = {layers: 1, heads: 1, width: 8, context: 16};
		await train({output: run(), resume: true, preset: 'tiny', ...same}, new MemoryOutput());
		expect(config()).toMatchObject({steps: 9, hyper: {rho: 0.2}, resume: true});
		const other = train({output: run(), resume: true, preset: '125m'}, new MemoryOutput());
		await expect(other).rejects.toThrow('with layers 1, got layers 12');
	});

	test('does not train for nothing', async () => {
		const failing = train({data: directory(), output: '', steps: 1}, new MemoryOutput());
		await expect(failing).rejects.toThrow('Expected `--output` to be a directory, got nothing');
		expect(state.models).toEqual([]);
	});

	test('with resume and nothing to go on with begins', async () => {
		await train({data: directory(), output: run(), resume: true, steps: 1}, new MemoryOutput());
		expect(config()?.resume).toBe(false);
	});

	test('with watch prints where its page is, which ends with it', async () => {
		const output = new MemoryOutput();
		await train({data: directory(), output: run(), steps: 2, watch: true}, output);
		const [, address = ''] = /^watch at (http:\/\/127\.0\.0\.1:\d+\/[\w-]+\/)$/m.exec(output.text) ?? [];
		expect(output.text.indexOf(address)).toBeLessThan(output.text.indexOf('step 2/2'));
		await expect(fetch(address)).rejects.toThrow('fetch failed');
	});

	test('whose events cannot be written goes on, and says so once', async () => {
		mkdirSync(join(run(), 'events.out.tfevents.1.sophia'), {recursive: true}); // cannot be removed
		const output = new MemoryOutput();
		await train({data: directory(), output: run(), steps: 3, tensorboard: true}, output);
		expect(output.text.match(/^warning at step 1: no more events for TensorBoard: .*$/gm)).toHaveLength(1);
		expect(output.text).toMatch('step 3/3');
	});

	test('with tensorboard writes events beside the metrics, and none without', async () => {
		const events = () => readdirSync(run()).filter((name) => name.includes('tfevents'));
		await train({data: directory(), output: run(), steps: 2}, new MemoryOutput());
		expect(events()).toEqual([]);
		await train({data: directory(), output: run(), steps: 2, tensorboard: true}, new MemoryOutput());
		expect(events()).toHaveLength(1);
	});

	test('without resume does not overwrite a run', async () => {
		interrupted();
		const failing = train({data: directory(), output: run(), steps: 1}, new MemoryOutput());
		await expect(failing).rejects.toThrow('has one: resume it');
		expect(state.models.every(({disposed}) => disposed)).toBe(true);
	});

	test('does not go on with another model', async () => {
		interrupted();
		const failing = train({output: run(), resume: true, layers: 2}, new MemoryOutput());
		await expect(failing).rejects.toThrow('with layers 1, got layers 2');
		await train({output: run(), resume: true, layers: shape.layers}, new MemoryOutput());
	});
});
