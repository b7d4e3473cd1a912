// Sophia-H for a model of one's own in plain JavaScript: a two-layer network that tells two half moons apart. Hutchinson's
// estimate needs the product of the Hessian with a random vector u. Here it is exact: beside every number goes its
// derivative along u (Pearlmutter 1994, https://doi.org/10.1162/neco.1994.6.1.147), written with a dot: ȧ. A difference of
// gradients, (∇L(θ + εu) − ∇L(θ − εu)) / 2ε in double, would do as well; the product is checked against it.
//
//   node examples/hutchinson.mjs
import {checkHessianVectorProduct, hutchinson, SophiaH} from 'sophia-native';

const hidden = 12;

let state = 1;
const uniform = () => (state = (state * 48271) % 2147483647) / 2147483647;

/** Points of two half moons that reach into each other, by turns. */
const points = Array.from({length: 200}, (_, i) => {
	const [angle, label] = [Math.PI * uniform(), i % 2];
	const [x, y] = label === 0 ? [Math.cos(angle), Math.sin(angle)] : [1 - Math.cos(angle), 0.5 - Math.sin(angle)];
	return {x: x + 0.6 * (uniform() - 0.5), y: y + 0.6 * (uniform() - 0.5), label};
});

/** σ(out · tanh(left x + right y + bias)): where the four lists of parameters begin in one list. */
const [left, right, bias, out] = [0, hidden, 2 * hidden, 3 * hidden];
const size = 4 * hidden;
const theta = Float32Array.from({length: size}, () => 2 * uniform() - 1);

/** The mean cross-entropy over all points, its gradient g, and ġ = Hu. */
function evaluate(theta, u = new Float64Array(size)) {
	const gradient = new Float64Array(size);
	const product = new Float64Array(size);
	let loss = 0;
	const a = new Float64Array(hidden);
	const ȧ = new Float64Array(hidden);
	for (const {x, y, label} of points) {
		let [z, ż] = [0, 0];
		for (let j = 0; j < hidden; j++) {
			a[j] = Math.tanh(theta[left + j] * x + theta[right + j] * y + theta[bias + j]);
			ȧ[j] = (1 - a[j] ** 2) * (u[left + j] * x + u[right + j] * y + u[bias + j]);
			z += theta[out + j] * a[j];
			ż += theta[out + j] * ȧ[j] + u[out + j] * a[j];
		}
		loss += (Math.log1p(Math.exp(-Math.abs(z))) + Math.max(z, 0) - label * z) / points.length;
		const p = 1 / (1 + Math.exp(-z));
		const [d, ḋ] = [(p - label) / points.length, (p * (1 - p) * ż) / points.length];
		for (let j = 0; j < hidden; j++) {
			const w = theta[out + j];
			const slope = 1 - a[j] ** 2;
			const ds = d * w * slope;
			const dṡ = (ḋ * w + d * u[out + j]) * slope - 2 * d * w * a[j] * ȧ[j];
			[x, y, 1].forEach((input, i) => {
				gradient[i * hidden + j] += ds * input;
				product[i * hidden + j] += dṡ * input;
			});
			gradient[out + j] += d * a[j];
			product[out + j] += ḋ * a[j] + d * ȧ[j];
		}
	}
	return {loss, gradient, product};
}

const {error, asymmetry} = await checkHessianVectorProduct({
	gradient: (at) => evaluate(at).gradient,
	product: (at, u) => evaluate(at, u).product,
	at: Float64Array.from(theta),
});
console.log(`the product is right: ${error < 1e-7 && asymmetry < 1e-7}`);

const optimizer = new SophiaH({learningRate: 0.03, gamma: 0.03, beta1: 0.9, beta2: 0.9, weightDecay: 0});
const attached = optimizer.attach({theta});
const steps = 300;
let negativeRate = 0;
for (let step = 0; step < steps; step++) {
	if (step % 5 === 0) {
		const u = hutchinson.probe([size], {step});
		const product = Float32Array.from(evaluate(theta, u.data).product);
		({negativeRate} = attached.updateHessian({theta: hutchinson.estimate(u, product)}));
		u.dispose();
	}
	const {loss, gradient} = evaluate(theta);
	const {winRate} = attached.step({theta: Float32Array.from(gradient)}, {factor: 1 - step / steps});
	if ((step + 1) % 50 === 0) {
		const rates = `win rate ${winRate.toFixed(2)}, negative estimates ${negativeRate.toFixed(2)}`;
		console.log(`step ${step + 1}: loss ${loss.toFixed(4)}, ${rates}`);
	}
}
