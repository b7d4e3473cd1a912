import {SophiaG} from '../../../lib/optimizers/sophiag';
import {sophiaFor} from '../../../lib/tfjs';
import {layers, tf} from './setup';

const Sophia = sophiaFor(tf);
const draws = 120;
const inputs = [1, -2, 0.5, 3];

/** The mean of the estimates B ĝ² of one parameter over many draws: β₂ = 0 keeps the last one only. */
function meanEstimate(
	refresh: (optimizer: InstanceType<typeof Sophia>, step: number) => {l1: number},
	predictions: number,
) {
	const optimizer = new Sophia({beta2: 0});
	let sum = 0;
	for (let step = 0; step < draws; step++) {
		sum += predictions * refresh(optimizer, step).l1;
	}
	return sum / draws;
}

test('the estimate of a classifier is its Gauss-Newton diagonal in the mean', () => {
	const w = tf.variable(tf.scalar(0.7));
	const x = tf.tensor2d(inputs, [4, 1]);
	const logits = () => tf.matMul(x, tf.concat([tf.reshape(w, [1, 1]), tf.zeros([1, 2])], 1));
	const exact = inputs.map((value) => {
		const p = Math.exp(0.7 * value) / (Math.exp(0.7 * value) + 2);
		return (value * value * p * (1 - p)) / inputs.length;
	});
	const sum = exact.reduce((a, b) => a + b);
	const mean = meanEstimate((optimizer, step) => optimizer.updateHessianFromLogits(logits, {step}), 4);
	expect(Math.abs(mean / sum - 1)).toBeLessThan(0.35);
});

test.each([
	['meanSquaredError', 'linear', () => 2],
	['binaryCrossentropy', 'sigmoid', (p: number) => p * (1 - p)],
] as const)('and so is that of a watched model with the loss %s', async (loss, activation, curvature) => {
	const optimizer = new Sophia({beta2: 0, learningRate: 1e-12, curvature: {every: 1}});
	const layer = layers.layers.dense({inputShape: [1], units: 1, useBias: false, activation, kernelInitializer: 'ones'});
	const model = layers.sequential({layers: [layer]});
	model.compile({optimizer, loss});
	optimizer.watch(model);
	const [x, y] = [tf.tensor2d(inputs, [4, 1]), tf.zeros([4, 1])];
	let mean = 0;
	for (let step = 0; step < draws; step++) {
		await model.trainOnBatch(x, y);
		mean += (4 * (optimizer.lastRefresh?.l1 ?? NaN)) / draws;
	}
	const exact = inputs.map((value) => value * value * curvature(1 / (1 + Math.exp(-value))));
	expect(Math.abs((4 * mean) / exact.reduce((a, b) => a + b) - 1)).toBeLessThan(0.35);
});

test('a step with a Hessian is that of an attached optimizer, to the bit', () => {
	const start = Float32Array.of(3, -2);
	const own = start.slice();
	const state = new SophiaG({learningRate: 0.1, weightDecay: 0, rho: 0.5}).attach({own});
	const x = tf.variable(tf.tensor1d(start));
	const optimizer = new Sophia({learningRate: 0.1, weightDecay: 0, rho: 0.5});
	const loss = () => tf.sum<tf.Scalar>(tf.square(x));
	for (let step = 0; step < 10; step++) {
		state.step([own.map((value) => 2 * value)]);
		optimizer.minimize(loss, false, [x]);
		const theirs = optimizer.updateHessian(loss, {tokens: 8});
		expect(theirs).toEqual(state.updateHessian([own.map((value) => 2 * value)], {tokens: 8}));
		expect(optimizer.winRate).toBe(theirs.winRate);
	}
	expect([...x.dataSync()]).toEqual([...own]);
});

test('misuse is refused, and leaves no tensors', () => {
	const x = tf.variable(tf.tensor2d([1, 2], [1, 2]));
	const optimizer = new Sophia();
	const loss = () => tf.sum<tf.Scalar>(x);
	expect(() => optimizer.updateHessianFromLogits(loss)).toThrow('(rows, classes), got the shape []');
	const before = tf.memory().numTensors; // tfjs leaves some of its own where a loss throws
	expect(() => optimizer.updateHessian(loss, undefined as never)).toThrow('Expected `options` to be an object');
	expect(() => optimizer.updateHessian(loss, {} as never)).toThrow('Expected `tokens` to be a number');
	expect(() => optimizer.updateHessian(loss, {tokens: 0})).toThrow('`tokens`');
	expect(() => optimizer.updateHessian(5 as never, {tokens: 1})).toThrow('Expected `loss` to be a function');
	expect(() => optimizer.updateHessian(loss, {tokens: 1, every: 3} as never)).toThrow('Unknown option `every`');
	expect(() => optimizer.updateHessianFromLogits(() => x, {step: -1})).toThrow('`step`');
	expect(() => optimizer.updateHessianFromLogits(() => x, {seed: 0.5})).toThrow('`seed`');
	expect(optimizer.lastRefresh).toBeUndefined();
	expect(tf.memory().numTensors).toBe(before);
	optimizer.updateHessianFromLogits(() => x);
	expect(optimizer.lastRefresh?.skipped).toBe(false);
	expect(tf.memory().numTensors).toBe(before);
});
