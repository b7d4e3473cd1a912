/**
Labels drawn from a model's own predictions, for the losses of tfjs whose gradient at such labels gives the
Gauss-Newton-Bartlett estimate: those that are the negative log-likelihood of a distribution.

	categoricalCrossentropy, sparseCategoricalCrossentropy   the class ~ the probabilities of the row
	binaryCrossentropy                                       1 with the probability that was predicted, else 0
	meanSquaredError                                         y ~ N(ŷ, ½): (y − ŷ)² is its −ln p, but for a constant
*/
import {Device} from '../device';
import {wrap} from '../errors';
import {gnb} from '../gnb';
import type {Distribution} from '../optimizers/optimizer';

/** The losses that labels can be drawn for, as tfjs names them. */
export const sampledLosses = [
	'categoricalCrossentropy',
	'sparseCategoricalCrossentropy',
	'binaryCrossentropy',
	'meanSquaredError',
] as const;

export type SampledLoss = (typeof sampledLosses)[number];

/** Where random numbers come from: each triple of them gives others. */
export interface Draw {
	readonly seed: number;
	readonly step: number;
	/** The number of the model's output, or of a parameter. */
	readonly number: number;
}

/** Labels for the predictions of a batch. */
export interface Labels {
	/** As the loss wants them. */
	readonly values: Float32Array;
	readonly shape: readonly number[];
	/** How many predictions the loss is the mean of, B. */
	readonly predictions: number;
}

/** The first stream of normal numbers for labels: probes have those before it, one for each tensor. */
const labelStream = 2 ** 15;

/** The rows of one output have numbers that those of another never reach. */
const rowsApart = 2 ** 31;

/** The least probability whose logarithm is taken: below it nothing is drawn in practice. */
const leastProbability = 1e-30;

/** Classes drawn from the softmax of each row. */
export function drawClasses(logits: Float32Array, classes: number, {seed, step, number}: Draw): Int32Array {
	return gnb.sampleLabels(logits, {classes, seed, step, first: number * rowsApart});
}

/** A random direction of so many numbers. */
export function drawProbe(size: number, distribution: Distribution, draw: Draw): Float32Array {
	const numbers = new Float32Array(size);
	const device = Device.cpu();
	using to = device.wrap(numbers);
	wrap(() => device.native().drawProbe({...draw, to: to.native(), distribution}));
	return numbers;
}

const logarithms = (probabilities: Float32Array) =>
	probabilities.map((probability) => Math.log(Math.max(probability, leastProbability)));

/** A row for each label, with a 1 in its column. */
export function oneHot(labels: Int32Array, classes: number): Float32Array {
	const rows = new Float32Array(labels.length * classes);
	labels.forEach((label, row) => (rows[row * classes + label] = 1));
	return rows;
}

/** Labels for what a model with such a loss predicts; `shape` is that of the predictions. */
export function drawLabels(loss: SampledLoss, predicted: Float32Array, shape: readonly number[], draw: Draw): Labels {
	const classes = shape.at(-1) ?? 1;
	switch (loss) {
		case 'categoricalCrossentropy': {
			const drawn = drawClasses(logarithms(predicted), classes, draw);
			return {values: oneHot(drawn, classes), shape, predictions: drawn.length};
		}
		case 'sparseCategoricalCrossentropy': {
			const drawn = drawClasses(logarithms(predicted), classes, draw);
			return {values: Float32Array.from(drawn), shape: [...shape.slice(0, -1), 1], predictions: drawn.length};
		}
		case 'binaryCrossentropy': {
			const pairs = new Float32Array(2 * predicted.length);
			predicted.forEach((p, i) => pairs.set([1 - p, p], 2 * i));
			const drawn = drawClasses(logarithms(pairs), 2, draw);
			return {values: Float32Array.from(drawn), shape, predictions: drawn.length};
		}
		case 'meanSquaredError': {
			const noise = drawProbe(predicted.length, 'gaussian', {...draw, number: labelStream + draw.number});
			const values = noise.map((epsilon, i) => (predicted[i] ?? 0) + Math.SQRT1_2 * epsilon);
			return {values, shape, predictions: values.length};
		}
	}
}
