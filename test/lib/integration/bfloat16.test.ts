import {join} from 'node:path';
import {checkpointRun, readCheckpoint} from '../../../lib/checkpoint';
import type {Dataset} from '../../../lib/dataset';
import {Device} from '../../../lib/device';
import {cpu} from '../../../lib/devices';
import {Gpt2} from '../../../lib/gpt2';
import {layers} from '../../../lib/index';
import {AdamW} from '../../../lib/optimizers/adamw';
import {SophiaG} from '../../../lib/optimizers/sophiag';
import {Trainer} from '../../../lib/trainer';
import {temporaryDirectory} from '../temporary';
import {arithmetic, follow, makeData, metrics, prepareIn, run as command, shape, tensorBytes} from './setup';

const directory = temporaryDirectory();
const run = (name: string) => join(directory(), name);
let data: Dataset;

beforeEach(async () => {
	data = await makeData(directory());
});

const placed = {device: 'cpu', dtype: 'bfloat16'} as const;
const optimizer = new SophiaG({learningRate: 3e-3, curvature: {every: 3}});

async function train(placement: object, options: object = {}, last = Infinity) {
	const model = await Gpt2.create(shape, {seed: 5, device: 'cpu', ...placement});
	using trainer = new Trainer({model, optimizer, data, steps: 20, batch: 4, evaluation: {every: 10}, ...options});
	const reports = await follow(trainer, last);
	model.dispose();
	return reports;
}

describe('bfloat16 on the CPU', () => {
	test('learns as float32 does, with any number of threads', async () => {
		const long = {optimizer: new AdamW({learningRate: 3e-3}), steps: 100, evaluation: {every: 50}};
		const [half, full] = [await train(placed, long), await train({}, long)];
		expect(half.at(-1)?.validationLoss).toBeLessThan((half[49]?.validationLoss ?? 0) - 0.1);
		expect(Math.abs((half.at(-1)?.validationLoss ?? 0) - (full.at(-1)?.validationLoss ?? 1))).toBeLessThan(0.01);
		expect(half.map(({loss}) => loss)).not.toEqual(full.map(({loss}) => loss));
		const [one, three] = [await train({...placed, threads: 1}), await train({...placed, threads: 3})];
		expect(three.map(arithmetic)).toEqual(one.map(arithmetic));
	});

	test('goes on bit for bit, and its checkpoint says how it was computed', async () => {
		const whole = await train(placed, {directory: run('whole')});
		await train(placed, {directory: run('parts')}, 7);
		using resumed = await Trainer.resume(run('parts'), {device: 'cpu'});
		using model = resumed.model;
		expect(model.dtype).toBe('bfloat16');
		await follow(resumed);
		expect(metrics(run('parts')).map(arithmetic)).toEqual(whole.map(arithmetic));
		const [a, b] = ['whole', 'parts'].map((name) => join(run(name), 'last.safetensors'));
		expect(tensorBytes(a ?? '').equals(tensorBytes(b ?? ''))).toBe(true);
		expect(readCheckpoint(a ?? '').metadata.isa).toBe(cpu().isa);
	});

	test('is computed, evaluated and sampled by every instruction set', async () => {
		await train({}, {directory: run('full')});
		const path = join(run('full'), 'last.safetensors');
		using full = await Gpt2.load(path, {device: 'cpu'});
		const want = await full.evaluate(data, {batches: 4});
		for (const isa of cpu().isas) {
			using model = await Gpt2.load(path, {...placed, isa});
			const {loss} = await model.evaluate(data, {batches: 4});
			expect(Math.abs(loss - want.loss)).toBeLessThan(5e-3);
			expect(loss).not.toBe(want.loss);
			const said = await model.generate(Int32Array.of(116, 104), {count: 8, seed: 1});
			expect(said).toHaveLength(8);
			await train({...placed, isa}, {directory: run(isa), steps: 2});
			expect(readCheckpoint(join(run(isa), 'last.safetensors')).metadata.isa).toBe(isa);
		}
	});

	test('is what layers over tensors compute in, too', () => {
		const device = Device.cpu();
		const gradients = (dtype: 'f32' | 'bf16') => {
			const numbers = (count: number, size: number[]) =>
				device.from(
					Array.from({length: count}, (_, i) => Math.sin(i)),
					size,
					{dtype},
				);
			const inputs = {x: numbers(15, [5, 3]), weight: numbers(21, [3, 7]), bias: numbers(7, [7])};
			const {y} = layers.linear.forward(inputs);
			const {dx, dweight, dbias} = layers.linear.backward({...inputs, dy: y});
			return [y.dtype, dweight.dtype, ...[dx, dweight, dbias].flatMap((tensor) => [...tensor.toArray()])];
		};
		const [half, full] = [gradients('bf16'), gradients('f32')];
		expect(half.slice(0, 2)).toEqual(['bf16', 'f32']);
		half.slice(2).forEach((x, i) => expect(Math.abs(Number(x) - Number(full[i + 2]))).toBeLessThan(0.05));
	});

	test('is what the command trains in when it is asked', async () => {
		await prepareIn(directory());
		const size = ['--layers', '1', '--heads', '1', '--width', '8', '--context', '8', '--batch', '2', '--steps', '3'];
		const where = ['--device', 'cpu', '--dtype', 'bfloat16', '--output', run('said')];
		await command('train', '--data', run('data'), ...size, ...where);
		expect(metrics(run('said'))).toHaveLength(3);
		expect(checkpointRun(join(run('said'), 'last.safetensors')).dtype).toBe('bfloat16');
	});
});
