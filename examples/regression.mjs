// A regression of one's own in plain JavaScript: a two-layer network learns a curve from noisy points with Sophia-G, whose
// Gauss-Newton-Bartlett estimate has its Gaussian form here. The labels of a refresh are the predictions with the noise
// that the loss assumes, ŷ = f + σε.
//
//   node examples/regression.mjs
import {gnb, SophiaG} from 'sophia-native';

const hidden = 16;
const deviation = 0.2; // σ of the noise
const curve = (x) => Math.sin(3 * x) + 0.5 * x;

let state = 1;
const uniform = () => (state = (state * 48271) % 2147483647) / 2147483647;
const normal = () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());

/** f(x) = Σ out · tanh(weight x + bias) + offset */
const params = {
	weight: Float32Array.from({length: hidden}, () => 2 * normal()),
	bias: Float32Array.from({length: hidden}, normal),
	out: Float32Array.from({length: hidden}, () => 0.25 * normal()),
	offset: new Float32Array(1),
};

function forward({weight, bias, out, offset}, inputs) {
	const activations = Float32Array.from({length: inputs.length * hidden}, (_, i) =>
		Math.tanh(weight[i % hidden] * inputs[Math.floor(i / hidden)] + bias[i % hidden]),
	);
	const predictions = inputs.map((_, r) =>
		out.reduce((sum, each, j) => sum + each * activations[r * hidden + j], offset[0]),
	);
	return {inputs, activations, predictions};
}

/** The mean of ½ (f − y)² / σ², and its gradient. */
function backward({out}, {inputs, activations, predictions}, labels) {
	const gradient = Object.fromEntries(
		Object.entries(params).map(([name, {length}]) => [name, new Float32Array(length)]),
	);
	let loss = 0;
	labels.forEach((y, r) => {
		const error = (predictions[r] - y) / deviation ** 2;
		loss += (0.5 * error * (predictions[r] - y)) / labels.length;
		const d = error / labels.length;
		gradient.offset[0] += d;
		for (let j = 0; j < hidden; j++) {
			const a = activations[r * hidden + j];
			const before = d * out[j] * (1 - a * a);
			gradient.out[j] += d * a;
			gradient.bias[j] += before;
			gradient.weight[j] += before * inputs[r];
		}
	});
	return {loss, gradient};
}

const batch = 64;
const steps = 1500;
const draw = () => Float32Array.from({length: batch}, () => 4 * uniform() - 2);
const noisy = (x) => curve(x) + deviation * normal();

const attached = new SophiaG({learningRate: 0.03, rho: 0.03, beta1: 0.9, weightDecay: 0}).attach(params);
for (let step = 0; step < steps; step++) {
	if (step % 5 === 0) {
		const pass = forward(params, draw());
		const labels = gnb.sampleGaussian(pass.predictions, {step, deviation});
		attached.updateHessian(backward(params, pass, labels).gradient, {tokens: batch});
	}
	const inputs = draw();
	const {loss, gradient} = backward(params, forward(params, inputs), inputs.map(noisy));
	const {winRate} = attached.step(gradient, {factor: 1 - step / steps});
	if ((step + 1) % 250 === 0) console.log(`step ${step + 1}: loss ${loss.toFixed(3)}, win rate ${winRate.toFixed(2)}`);
}

const grid = Float32Array.from({length: 401}, (_, i) => i / 100 - 2);
const {predictions} = forward(params, grid);
const square = grid.reduce((sum, x, i) => sum + (predictions[i] - curve(x)) ** 2, 0) / grid.length;
console.log(`off the curve by ${Math.sqrt(square).toFixed(3)}, where the points are off by ${deviation}`);
