import {join} from 'node:path';
import {hessianDiagonal} from '../../../lib/curvature';
import {symmetricEigen} from '../../../lib/eigen';
import type {Recompute} from '../../../lib/config';
import type {DeviceName} from '../../../lib/devices';
import type {Examples} from '../../../lib/examples';
import {Gpt2} from '../../../lib/gpt2';
import {lanczos} from '../../../lib/lanczos';
import {SophiaH} from '../../../lib/optimizers/sophiah';
import {Trainer} from '../../../lib/trainer';
import {temporaryDirectory} from '../temporary';
import {follow, makeData, makeTrainer, metrics, shape, sophia} from './setup';

const directory = temporaryDirectory();

/** 300 parameters: small enough for every column of the Hessian. */
const small = {layers: 1, heads: 1, width: 4, context: 4, vocabulary: 8};
const examples: Examples = {
	tokens: Int32Array.of(1, 4, 0, 6, 7, 2, 5, 3),
	targets: Int32Array.of(4, 0, -1, 3, 2, 5, 3, 1),
	length: 4,
};

/** A small model whose weights bend every layer. */
async function bent(device: DeviceName = 'auto'): Promise<Gpt2> {
	const model = await Gpt2.create(small, {device, seed: 1, threads: 1});
	for (const {name} of model.parameters()) {
		model.write(
			name,
			model.read(name).map((x, i) => x + 0.3 * Math.sin(7 * i + name.length)),
		);
	}
	return model;
}

/** What the command prints when all goes well. */
async function printed(...args: string[]): Promise<string> {
	const {code, stdout, stderr} = await sophia(...args).ended;
	expect({code, stderr}).toEqual({code: 0, stderr: ''});
	return stdout;
}

async function columns(model: Gpt2): Promise<Float64Array[]> {
	const size = model.vector().values.length;
	const all: Float64Array[] = [];
	for (let i = 0; i < size; i++) {
		const unit = new Float32Array(size);
		unit[i] = 1;
		all.push(Float64Array.from((await model.hessianVectorProduct(examples, unit)).product.values));
	}
	return all;
}

describe('products of a real model', () => {
	test("Lanczos' eigenvalues are those of the whole matrix", async () => {
		using model = await bent('cpu'); // a product for every parameter: an emulated GPU would take a minute
		const dense = await columns(model);
		const symmetric = dense.map((row, i) => row.map((x, j) => (x + (dense[j]?.[i] ?? NaN)) / 2));
		const {values} = symmetricEigen(symmetric);
		const start = await model.probe({distribution: 'gaussian'});
		const multiply = async (u: Float32Array) => (await model.hessianVectorProduct(examples, u)).product.values;
		const found = await lanczos(multiply, start.values, {steps: 40});
		for (const i of [0, 1, 2]) {
			expect(Math.abs((found[i]?.value ?? NaN) / (values[i] ?? NaN) - 1)).toBeLessThan(1e-5);
		}
		expect(Math.abs((found.at(-1)?.value ?? NaN) / (values.at(-1) ?? NaN) - 1)).toBeLessThan(1e-5);
		const trace = dense.reduce((sum, row, i) => sum + (row[i] ?? NaN), 0);
		const estimate = (await hessianDiagonal(model, examples, {probes: 100})).trace;
		expect(Math.abs(estimate.mean - trace)).toBeLessThan(4 * estimate.error);
	});

	test('agree with differences of the gradient, and with each other', async () => {
		using model = await bent();
		const u = await model.probe({seed: 3});
		const {quadratic, slope, loss, product} = await model.hessianVectorProduct(examples, u);
		const {gradient, loss: same} = await model.gradient(examples);
		const dot = (a: Float32Array, b: Float32Array) => a.reduce((sum, x, i) => sum + x * (b[i] ?? NaN), 0);
		expect(loss).toBeCloseTo(same, 6);
		expect(slope).toBeCloseTo(dot(gradient.values, u.values), 4);
		expect(quadratic).toBeCloseTo(dot(product.values, u.values), 3);
		const gauss = await model.gaussNewtonVectorProduct(examples, u);
		expect(gauss.quadratic).toBeGreaterThan(0);
		expect(gauss.slope).toBeCloseTo(slope, 5);
	});

	test('take memory at the first product and give it back', async () => {
		using model = await Gpt2.create(shape);
		const data = await makeData(directory());
		const drawn = await model.examples(data, {sequences: 2});
		expect(await model.examples(data, {sequences: 2})).toEqual(drawn);
		expect(drawn.tokens.length).toBe(2 * 16);
		await model.gradient(drawn);
		const before = model.memory();
		expect(before.curvature).toBe(0);
		await model.hessianVectorProduct(drawn, await model.probe());
		expect(model.memory().curvature).toBe(before.parameters + before.gradient + before.activations);
		model.releaseCurvature();
		expect(model.memory()).toEqual(before);
		await expect(model.hessianVectorProduct(drawn, new Float32Array(3))).rejects.toThrow('numbers, got 3');
	});

	test('blocks that are recomputed need less memory and give the same bits', async () => {
		const make = (recompute: Recompute) => Gpt2.create({...shape, layers: 6}, {recompute});
		using kept = await make('none');
		using cheap = await make('cheap');
		using again = await make('all');
		const data = await makeData(directory());
		const drawn = await kept.examples(data, {sequences: 2});
		const u = await kept.probe();
		const [one, two] = [await kept.hessianVectorProduct(drawn, u), await again.hessianVectorProduct(drawn, u)];
		expect(two.product.values).toEqual(one.product.values);
		expect((await cheap.hessianVectorProduct(drawn, u)).product.values).toEqual(one.product.values);
		expect(cheap.memory().activations).toBeLessThan(0.8 * kept.memory().activations);
		expect(again.memory().activations).toBeLessThan(0.4 * kept.memory().activations);
	});
});

describe('a training with Sophia-H', () => {
	test('learns, counts negative estimates, and continues bit for bit', async () => {
		const data = await makeData(directory());
		const optimizer = new SophiaH({learningRate: 3e-3, curvature: {every: 3, fraction: 0.5, probes: 2}});
		const whole = join(directory(), 'whole');
		const parts = join(directory(), 'parts');
		{
			using trainer = await makeTrainer(data, optimizer, {directory: whole});
			const reports = await follow(trainer);
			expect(reports.at(-1)?.loss).toBeLessThan(reports[0]?.loss ?? NaN);
			expect(reports.at(-1)?.negativeRate).toBeGreaterThan(0);
			trainer.model.dispose();
		}
		{
			using trainer = await makeTrainer(data, optimizer, {directory: parts});
			await follow(trainer, 7);
			trainer.model.dispose();
		}
		using trainer = await Trainer.resume(parts);
		await follow(trainer);
		expect(metrics(parts).map(({loss}) => loss)).toEqual(metrics(whole).map(({loss}) => loss));
	});

	test('`sophia curvature` prints the eigenvalues, the trace and a histogram', async () => {
		const data = join(directory(), 'data');
		await makeData(directory());
		const run = join(directory(), 'run');
		const flags = ['--layers', '1', '--heads', '2', '--width', '8', '--context', '16', '--steps', '3'];
		await printed('train', '--data', data, '--output', run, '--optimizer', 'sophia-h', ...flags);
		const text = await printed('curvature', run, '--data', data, '--steps', '8', '--probes', '4');
		expect(text).toMatch(/Largest eigenvalues of the Hessian/);
		expect(text).toMatch(/Trace -?[\d.e+-]+ ± [\d.e+-]+/);
		expect(text).toMatch(/h\.0\.attn\.c_attn\.weight +\d+ %/);
		expect(text).toMatch(/█/);
		const json = JSON.parse(await printed('curvature', run, '--data', data, '--matrix', 'gauss-newton', '--json')) as {
			least: {value: number};
			eigenvalues: unknown[];
			histogram: {negative: number}[];
		};
		expect(json.eigenvalues.length).toBe(5);
		expect(json.histogram.every(({negative}) => negative === 0)).toBe(true);
	});
});
