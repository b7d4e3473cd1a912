// A classifier of one's own in plain JavaScript: softmax regression, its gradient written by hand, with Sophia-G and AdamW
// on the same number of gradients, each at the best of twelve settings. The features come in units from hundredths to
// hundreds: along some weights the loss curves a hundred million times as much as along others.
//
//   node examples/classifier.mjs
import {AdamW, gnb, SophiaG} from 'sophia-native';

const classes = 3;
const units = [0.01, 0.1, 0.3, 1, 1, 3, 10, 100];
const features = units.length;

let state = 1;
const uniform = () => (state = (state * 48271) % 2147483647) / 2147483647;
const normal = () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());

/** Points of three overlapping clouds. */
const centers = Array.from({length: classes}, () => units.map(normal));
function draw(rows) {
	const targets = Int32Array.from({length: rows}, () => Math.floor(uniform() * classes));
	const inputs = new Float32Array(rows * features);
	for (let r = 0; r < rows; r++) {
		units.forEach((unit, f) => (inputs[r * features + f] = unit * (centers[targets[r]][f] + 1.5 * normal())));
	}
	return {inputs, targets};
}
const training = draw(1000);
const test = draw(1000);

/** logits = inputs · weight + bias, a row for each example. */
function forward({weight, bias}, inputs) {
	const logits = new Float32Array((inputs.length / features) * classes);
	for (let i = 0; i < logits.length; i++) {
		const [r, c] = [Math.floor(i / classes), i % classes];
		logits[i] = bias[c];
		for (let f = 0; f < features; f++) logits[i] += inputs[r * features + f] * weight[f * classes + c];
	}
	return logits;
}

/** The mean cross-entropy at these labels, and its gradient. */
function backward(logits, inputs, labels) {
	const gradient = {weight: new Float32Array(features * classes), bias: new Float32Array(classes)};
	let loss = 0;
	labels.forEach((label, r) => {
		const z = logits.subarray(r * classes, (r + 1) * classes);
		const peak = Math.max(...z);
		const logarithm = peak + Math.log(z.reduce((sum, each) => sum + Math.exp(each - peak), 0));
		loss += (logarithm - z[label]) / labels.length;
		for (let c = 0; c < classes; c++) {
			const d = (Math.exp(z[c] - logarithm) - (c === label ? 1 : 0)) / labels.length;
			gradient.bias[c] += d;
			for (let f = 0; f < features; f++) gradient.weight[f * classes + c] += inputs[r * features + f] * d;
		}
	});
	return {loss, gradient};
}

/** Trains on so many gradients, those of the refreshes among them; the loss on data that was not trained on. */
function train(optimizer, {gradients = 300, batch = 50, every = 5} = {}) {
	const params = {weight: new Float32Array(features * classes), bias: new Float32Array(classes)};
	const attached = optimizer.attach([{params: {weight: params.weight}}, {params: {bias: params.bias}, weightDecay: 0}]);
	let rows = 0;
	const next = () => {
		const begin = (rows += batch) % training.targets.length;
		const inputs = training.inputs.subarray(begin * features, (begin + batch) * features);
		return {inputs, targets: training.targets.subarray(begin, begin + batch), logits: forward(params, inputs)};
	};
	for (let step = 0; rows < gradients * batch; step++) {
		if (optimizer instanceof SophiaG && step % every === 0) {
			const {inputs, logits} = next();
			const labels = gnb.sampleLabels(logits, {classes, step});
			attached.updateHessian(backward(logits, inputs, labels).gradient, {tokens: batch});
		}
		const {inputs, targets, logits} = next();
		const factor = Math.max(0, 1 - rows / (gradients * batch));
		attached.step(backward(logits, inputs, targets).gradient, {factor});
	}
	const {winRate} = attached;
	attached.dispose();
	return {loss: backward(forward(params, test.inputs), test.inputs, test.targets).loss, winRate};
}

/** The best of some optimizers. */
function best(optimizers) {
	const tried = optimizers.map((optimizer) => ({optimizer, ...train(optimizer)}));
	return tried.reduce((a, b) => (b.loss < a.loss ? b : a));
}

const weightDecay = 0;
const rates = [0.01, 0.03, 0.1, 0.3, 1, 3];
const adamw = best(
	rates.flatMap((learningRate) => [0.95, 0.999].map((beta2) => new AdamW({learningRate, beta2, weightDecay}))),
);
const sophia = best(
	rates.flatMap((learningRate) =>
		[0.3, 3].map((rho) => new SophiaG({learningRate, rho, beta1: 0.9, beta2: 0.9, weightDecay})),
	),
);
const say = ({optimizer, loss}) => `loss ${loss.toFixed(3)} at learning rate ${optimizer.learningRate}`;
console.log(`adamw    ${say(adamw)}, β₂ ${adamw.optimizer.beta2}`);
console.log(`sophia-g ${say(sophia)}, ρ ${sophia.optimizer.rho}, win rate ${sophia.winRate.toFixed(2)}`);
