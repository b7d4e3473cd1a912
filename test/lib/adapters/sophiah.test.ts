import {drawProbe} from '../../../lib/adapters/labels';
import {sophiaHFor} from '../../../lib/tfjs';
import {rows, tf} from './setup';

const Sophia = sophiaHFor(tf);

test('a diagonal Hessian is found as it is, and the variables stay', () => {
	const x = tf.variable(tf.tensor1d([1, -2, 3]));
	const optimizer = new Sophia({beta2: 0});
	const {l1, negativeRate} = optimizer.updateHessian(() =>
		tf.sum<tf.Scalar>(tf.mul(tf.square(x), tf.tensor1d([1, 2, -4]))),
	);
	expect(l1).toBeCloseTo(2 + 4 + 8, 2);
	expect(negativeRate).toBeCloseTo(1 / 3, 6);
	expect([...x.dataSync()]).toEqual([1, -2, 3]);
});

test('products are those of the Hessian: a softmax regression, whose Hessian is known', async () => {
	const {images, labels} = rows();
	const w = tf.variable(tf.randomNormal([6, 3], 0, 0.5, 'float32', 3));
	const before = w.dataSync().slice();
	const optimizer = new Sophia({beta2: 0, curvature: {probes: 2}});
	const loss = () => tf.losses.softmaxCrossEntropy<tf.Tensor, tf.Scalar>(labels, tf.matMul(images, w));
	const tensors = tf.memory().numTensors;
	optimizer.updateHessian(loss, {varList: [w], step: 5});
	expect(tf.memory().numTensors).toBe(tensors);
	expect(w.dataSync()).toEqual(before);
	const exact = new Float32Array(18);
	const p = tf.softmax(tf.matMul(images, w));
	for (const number of [0, 1]) {
		// Hu = Xᵀ (P ⊙ XU − P ⊙ (sum of P ⊙ XU over the row)) / n
		const u = tf.tensor2d(drawProbe(18, 'rademacher', {seed: 1337, step: 5, number}), [6, 3]);
		const weighed = tf.mul(p, tf.matMul(images, u));
		const inner = tf.sub(weighed, tf.mul(p, tf.sum(weighed, 1, true)));
		const product = tf.div(tf.matMul(images, inner as tf.Tensor2D, true), 48);
		tf.mul(product, u)
			.dataSync()
			.forEach((value, i) => (exact[i] = (exact[i] ?? 0) + value / 2));
	}
	const found = (await optimizer.getWeights()).find(({name}) => name === `${w.name}/hessian`)?.tensor.dataSync();
	expect(found).toHaveLength(18);
	found?.forEach((value, i) => expect(Math.abs(value - (exact[i] ?? NaN))).toBeLessThan(1e-3));
	expect(Math.max(...exact)).toBeGreaterThan(0.1);
});

test('the variables stay when the loss fails', () => {
	const x = tf.variable(tf.tensor1d([1, -2]));
	const optimizer = new Sophia();
	let calls = 0;
	const loss = () => {
		if (++calls === 3) {
			throw new Error('no loss');
		}
		return tf.sum<tf.Scalar>(tf.square(x));
	};
	expect(() => optimizer.updateHessian(loss)).toThrow('no loss');
	expect([...x.dataSync()]).toEqual([1, -2]);
	expect(() => optimizer.updateHessian(loss, {every: 3} as never)).toThrow('Unknown option `every`');
});
