/** TensorFlow.js for tests: its CPU backend, and small models with data. */
import * as layers from '@tensorflow/tfjs-layers';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import type {NativeOptimizer} from '../../../lib/tfjs';

tf.enableProdMode(); // says nothing about other backends

export {layers, tf};

beforeAll(() => tf.setBackend('cpu'));

/** 48 rows of 6 numbers in 3 classes, which can be told apart. */
export function rows() {
	const images = tf.randomNormal<tf.Rank.R2>([48, 6], 0, 1, 'float32', 5);
	const classes = tf.argMax(tf.slice(images, [0, 0], [48, 3]), 1);
	return {images, classes, labels: tf.cast(tf.oneHot(classes, 3), 'float32')};
}

/** A classifier of such rows, the same one each time. */
export function classifier(optimizer: tf.Optimizer | NativeOptimizer, options: Partial<layers.ModelCompileArgs> = {}) {
	const start = (seed: number) => ({kernelInitializer: layers.initializers.glorotUniform({seed})});
	const model = layers.sequential({
		layers: [
			layers.layers.dense({inputShape: [6], units: 5, activation: 'tanh', ...start(1)}),
			layers.layers.dense({units: 3, activation: 'softmax', ...start(2)}),
		],
	});
	model.compile({optimizer: optimizer as tf.Optimizer, loss: 'categoricalCrossentropy', ...options});
	return model;
}

/** A copy of the weights of a model. */
export function weightsOf(model: layers.LayersModel): Float32Array[] {
	return model.getWeights().map((weight) => Float32Array.from(weight.dataSync()));
}
