/** The optimizers for TensorFlow.js as their users have them: `minimize`, `compile`, `fit`, saved and loaded. */
import {AdamMini} from '../../lib/optimizers/adammini';
import {AdamW} from '../../lib/optimizers/adamw';
import {CautiousAdamW} from '../../lib/optimizers/cautiousadamw';
import {CautiousLion} from '../../lib/optimizers/cautiouslion';
import {Kron} from '../../lib/optimizers/kron';
import {Lion} from '../../lib/optimizers/lion';
import {Mars} from '../../lib/optimizers/mars';
import {Muon} from '../../lib/optimizers/muon';
import {NAdamW} from '../../lib/optimizers/nadamw';
import type {Optimizer} from '../../lib/optimizers/optimizer';
import {Scion} from '../../lib/optimizers/scion';
import {Sgd} from '../../lib/optimizers/sgd';
import {Soap} from '../../lib/optimizers/soap';
import {SophiaG} from '../../lib/optimizers/sophiag';
import {SophiaH} from '../../lib/optimizers/sophiah';
import {
	adamMiniFor,
	adamwFor,
	cautiousAdamwFor,
	cautiousLionFor,
	kronFor,
	lionFor,
	marsFor,
	muonFor,
	nadamwFor,
	scionFor,
	sgdFor,
	soapFor,
	sophiaFor,
	sophiaHFor,
	type SophiaMembers,
} from '../../lib/tfjs';
import {classifier, layers, rows, tf, weightsOf} from './adapters/setup';

const classes = {
	SophiaG: sophiaFor(tf),
	SophiaH: sophiaHFor(tf),
	SophiaLion: lionFor(tf),
	SophiaAdamW: adamwFor(tf),
	SophiaSgd: sgdFor(tf),
	SophiaNAdamW: nadamwFor(tf),
	SophiaCautiousAdamW: cautiousAdamwFor(tf),
	SophiaCautiousLion: cautiousLionFor(tf),
	SophiaMars: marsFor(tf),
	SophiaAdamMini: adamMiniFor(tf),
	SophiaMuon: muonFor(tf),
	SophiaScion: scionFor(tf),
	SophiaSoap: soapFor(tf),
	SophiaKron: kronFor(tf),
};
const natives = {
	...{SophiaG, SophiaH, SophiaLion: Lion, SophiaAdamW: AdamW, SophiaSgd: Sgd, SophiaNAdamW: NAdamW},
	...{SophiaCautiousAdamW: CautiousAdamW, SophiaCautiousLion: CautiousLion, SophiaMars: Mars},
	...{SophiaAdamMini: AdamMini, SophiaMuon: Muon, SophiaScion: Scion, SophiaSoap: Soap, SophiaKron: Kron},
} as const;
const names = Object.keys(classes) as (keyof typeof classes)[];

/** What an optimizer must be told beside a learning rate, so that vectors move as fast as matrices. */
const others: Partial<Record<keyof typeof classes, object>> = {
	SophiaMars: {adamw: {learningRate: 0.02}},
	SophiaMuon: {adamw: {learningRate: 0.02}},
	SophiaScion: {form: 'study', sign: {learningRate: 0.01}},
	SophiaKron: {weightDecay: 0.1},
};

function make(name: keyof typeof classes, options: object = {}) {
	return new classes[name]({learningRate: 0.02, ...others[name], ...options});
}

/** Refreshes the Hessian in a model's training, where the optimizer has one. */
function watch(optimizer: object, model: layers.LayersModel): void {
	if ('watch' in optimizer) {
		(optimizer as Pick<SophiaMembers, 'watch'>).watch(model);
	}
}

const quiet = {epochs: 3, batchSize: 16, shuffle: false, verbose: 0} as const;

describe.each(names)('%s', (name) => {
	test('minimizes as our attached optimizer does, to the bit', () => {
		const options = {...others[name], learningRate: 0.1};
		const native: Optimizer = new natives[name](options);
		const start = Float32Array.of(3, -2, 5, 0.5, 1, -1);
		const own = {matrix: start.slice(0, 4), vector: start.slice(4)};
		const {matrix: weight} = own;
		const state = native.attach([
			{params: {matrix: weight}, shapes: {matrix: [2, 2]}, outLast: true},
			{params: {vector: own.vector}, weightDecay: 0},
		]);
		const matrix = tf.variable(tf.tensor2d(start.slice(0, 4), [2, 2]));
		const vector = tf.variable(tf.tensor1d(start.slice(4)));
		const optimizer = new classes[name](options);
		const loss = () => tf.add<tf.Scalar>(tf.sum(tf.square(matrix)), tf.sum(tf.square(vector)));
		for (let i = 0; i < 20; i++) {
			state.step({matrix: own.matrix.map((x) => 2 * x), vector: own.vector.map((x) => 2 * x)});
			const cost = optimizer.minimize(loss, true, [vector, matrix]);
			expect(cost?.dataSync()[0]).toBeGreaterThan(0);
			cost?.dispose();
		}
		expect([...matrix.dataSync(), ...vector.dataSync()]).toEqual([...own.matrix, ...own.vector]);
		expect(matrix.dataSync()).not.toEqual(start.slice(0, 4));
		expect(optimizer.iterations).toBe(20);
		expect(optimizer.lastStep?.skipped).toBe(false);
	});

	test('learns a model, and is saved and loaded with it: the training goes on to the bit', async () => {
		const {images, labels} = rows();
		const optimizer = make(name);
		const model = classifier(optimizer, {metrics: ['accuracy']});
		watch(optimizer, model);
		const {history} = await model.fit(images, labels, {...quiet, epochs: 15});
		expect(history.loss?.at(-1)).toBeLessThan(0.6 * Number(history.loss?.[0]));
		expect(history.acc?.at(-1)).toBeGreaterThan(0.8);
		let saved: tf.io.ModelArtifacts = {};
		const handler = tf.io.withSaveHandler((artifacts) => {
			saved = artifacts;
			return Promise.resolve({modelArtifactsInfo: {dateSaved: new Date(), modelTopologyType: 'JSON'}});
		});
		await model.save(handler, {includeOptimizer: true});
		const loaded = await layers.loadLayersModel(tf.io.fromMemory(saved));
		const other = loaded.optimizer as unknown as typeof optimizer;
		expect(other).toBeInstanceOf(classes[name]);
		expect(other.getConfig()).toEqual(optimizer.getConfig());
		expect(other.iterations).toBe(45);
		watch(other, loaded);
		expect((await loaded.fit(images, labels, quiet)).history.loss).toEqual(
			(await model.fit(images, labels, quiet)).history.loss,
		);
		expect(weightsOf(loaded)).toEqual(weightsOf(model));
		expect(other.iterations).toBe(optimizer.iterations);
	});

	test('keeps no tensors, in steps and in what it saves', async () => {
		const {images, labels} = rows();
		const optimizer = make(name, name.startsWith('SophiaG') ? {curvature: {every: 2}} : {});
		const model = classifier(optimizer, {metrics: ['accuracy']});
		watch(optimizer, model);
		await model.fit(images, labels, quiet);
		const before = tf.memory();
		await model.fit(images, labels, quiet);
		await optimizer.getWeights();
		await optimizer.getWeights();
		await model.fit(images, labels, quiet);
		expect(tf.memory().numTensors).toBe(before.numTensors);
		expect(tf.memory().numBytes).toBe(before.numBytes);
		await optimizer.getWeights();
		optimizer.dispose();
		expect(tf.memory().numTensors).toBe(before.numTensors);
		expect(() => optimizer.applyGradients({[model.trainableWeights[0]?.name ?? '']: tf.zeros([6, 5])})).toThrow(
			expect.objectContaining({code: 'ERR_SOPHIA_DISPOSED'}),
		);
	});

	test('is made of its options, and of what getConfig says', () => {
		const optimizer = new classes[name]({learningRate: 0.5});
		expect({name: optimizer.getConfig().name, ...optimizer.getConfig()}).toMatchObject({learningRate: 0.5});
		expect(optimizer.getClassName()).toBe(name);
		const other = classes[name].fromConfig(classes[name], optimizer.getConfig());
		expect(other.getConfig()).toEqual(optimizer.getConfig());
		expect(() => new classes[name]({learningRat: 1} as object)).toThrow(
			'Unknown option `learningRat`, did you mean `learningRate`?',
		);
		expect(() => new classes[name]({learningRate: -1})).toThrow(
			'Expected `learningRate` to be positive and finite, got `-1`',
		);
	});

	test('takes another learning rate between steps', () => {
		const x = tf.variable(tf.tensor1d([1, 1]));
		const optimizer = make(name, {learningRate: 0.5});
		const step = () => optimizer.applyGradients({[x.name]: tf.tensor1d([1, -1])});
		step();
		step(); // the first one of SOAP moves nothing
		const [before = NaN] = x.dataSync().slice();
		optimizer.learningRate = 2 ** -16;
		for (let i = 0; i < 3; i++) step(); // what moves vectors may have a smaller one
		expect(Math.abs(Number(x.dataSync()[0]) - before)).toBeLessThan(2 ** -10);
		expect(x.dataSync()[0]).not.toBe(before);
		expect(optimizer.getConfig().learningRate).toBe(2 ** -16);
		expect(() => (optimizer.learningRate = NaN)).toThrow('learningRate');
	});
});

test('what is no tfjs is refused', () => {
	for (const odd of [undefined, null, 5, {}, {Optimizer: 1}]) {
		expect(() => sophiaFor(odd as never)).toThrow(expect.objectContaining({code: 'ERR_SOPHIA_INVALID_ARGUMENT'}));
	}
});

test('every copy of tfjs has classes of its own', () => {
	jest.isolateModules(() => {
		// eslint-disable-next-line @typescript-eslint/no-require-imports
		const other = require('@tensorflow/tfjs-core') as typeof tf;
		expect(other.Optimizer).not.toBe(tf.Optimizer);
		const Other = adamwFor(other);
		expect(Other).not.toBe(classes.SophiaAdamW);
		expect(adamwFor(other)).toBe(Other);
		const x = other.variable(other.tensor1d([1]));
		new Other({learningRate: 0.5, weightDecay: 0}).minimize(() => other.sum(other.square(x)), false, [x]);
		expect(x.dataSync()[0]).toBeCloseTo(0.5, 5);
	});
});
