import {sophiaFor, sophiaHFor} from '../../../lib/tfjs';
import {classifier, layers, rows, tf, weightsOf} from './setup';

const [SophiaG, SophiaH] = [sophiaFor(tf), sophiaHFor(tf)];
const quiet = {epochs: 1, batchSize: 8, shuffle: false, verbose: 0} as const; // six steps

describe('a model that is watched', () => {
	test.each([SophiaG, SophiaH])('%p refreshes in every k-th step, the first included', async (Sophia) => {
		const {images, labels} = rows();
		const optimizer = new Sophia({curvature: {every: 4}});
		const model = classifier(optimizer);
		optimizer.watch(model);
		const found: (number | undefined)[] = [];
		for (let step = 0; step < 6; step++) {
			await model.trainOnBatch(images, labels);
			found.push(optimizer.lastRefresh?.l1);
		}
		expect(found).toEqual([found[0], found[0], found[0], found[0], found[4], found[4]]);
		expect(found[0]).toBeGreaterThan(0);
		expect(found[4]).not.toBe(found[0]);
	});

	test('before the step or after it', async () => {
		const {images, labels} = rows();
		const run = async (timing: 'before' | 'after') => {
			const optimizer = new SophiaG({learningRate: 0.5, rho: 10, curvature: {timing}});
			const model = classifier(optimizer);
			optimizer.watch(model);
			await model.trainOnBatch(images, labels);
			return {weights: weightsOf(model), l1: optimizer.lastRefresh?.l1};
		};
		const [before, after] = [await run('before'), await run('after')];
		expect(before.l1).not.toBe(after.l1);
		expect(before.weights).not.toEqual(after.weights); // a Hessian that is there shortens the step
	});

	test('has the losses and metrics that it had, in training and in evaluation', async () => {
		const {images, labels} = rows();
		const run = async (watched: boolean) => {
			const optimizer = new SophiaG({learningRate: 1e-9, curvature: {every: 1}});
			const model = classifier(optimizer, {metrics: ['accuracy']});
			if (watched) {
				optimizer.watch(model);
			}
			const {history} = await model.fit(images, labels, quiet);
			const [loss] = model.evaluate(images, labels) as tf.Scalar[];
			return [history.loss?.[0], history.acc?.[0], loss?.dataSync()[0]];
		};
		const [watched, other] = [await run(true), await run(false)];
		watched.forEach((value, i) => expect(value).toBeCloseTo(other[i] as number, 5));
	});

	test('and the labels are those of the seed', async () => {
		const {images, labels} = rows();
		const run = async (options?: {seed: number}) => {
			const optimizer = new SophiaG();
			const model = classifier(optimizer);
			optimizer.watch(model, options);
			await model.trainOnBatch(images, labels);
			return optimizer.lastRefresh?.l1;
		};
		expect(await run()).toBe(await run({seed: 1337}));
		expect(await run({seed: 1})).not.toBe(await run());
	});

	test('is one that was compiled with the optimizer, and stays so', async () => {
		const {images, labels} = rows();
		const optimizer = new SophiaG({curvature: {every: 1}});
		const model = classifier(optimizer);
		expect(() => new SophiaG().watch(model)).toThrow('Expected a model that was compiled with this optimizer');
		expect(() => optimizer.watch(undefined as never)).toThrow('Expected `model` to be an object');
		expect(() => optimizer.watch(layers.sequential() as never)).toThrow();
		expect(() => optimizer.watch(model, {seed: -1})).toThrow('`seed`');
		const half = new SophiaG({curvature: {fraction: 0.5}});
		expect(() => half.watch(classifier(half))).toThrow('`curvature.fraction` to be 1');
		optimizer.watch(model);
		model.compile({optimizer, loss: 'categoricalCrossentropy'});
		await expect(model.trainOnBatch(images, labels)).rejects.toThrow('call `watch` after `compile`');
		optimizer.watch(model);
		await model.trainOnBatch(images, labels);
	});

	test('may have several outputs', async () => {
		const optimizer = new SophiaG({curvature: {every: 1}});
		const input = layers.input({shape: [6]});
		const outputs = [2, 3].map((units) => layers.layers.dense({units, activation: 'softmax'}).apply(input));
		const model = layers.model({inputs: input, outputs: outputs as layers.SymbolicTensor[]});
		const loss = ['categoricalCrossentropy', 'categoricalCrossentropy'];
		model.compile({optimizer, loss, metrics: ['accuracy']});
		optimizer.watch(model);
		const {images, labels} = rows();
		const before = tf.memory().numTensors;
		await model.fit(images, [tf.slice(labels, [0, 0], [48, 2]), labels], quiet);
		expect(optimizer.lastRefresh?.skipped).toBe(false);
		expect(tf.memory().numTensors).toBe(before + 1);
	});
});

test('steps without a Hessian are warned of once', () => {
	const warn = jest.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
	const x = tf.variable(tf.ones([2]));
	const optimizer = new SophiaG({curvature: {every: 3}});
	for (let step = 0; step < 20; step++) {
		optimizer.applyGradients({[x.name]: tf.ones([2])});
		expect(warn).toHaveBeenCalledTimes(step < 5 ? 0 : 1);
	}
	expect(warn.mock.calls[0]).toEqual([
		"SophiaG made 6 steps without a Hessian: each has the momentum's sign. Call `watch(model)` after `compile`, or `updateHessian`",
		{code: 'SOPHIA_NO_HESSIAN'},
	]);
	warn.mockRestore();
});
