// A network of one's own in plain JavaScript with Muon: it moves the two matrices within, and AdamW the table of letters,
// the head and the biases, as the groups say what each of them is. The network guesses the next letter of a text from two.
//
//   node examples/muon.mjs [text file]
import {readFileSync} from 'node:fs';
import {Muon} from 'sophia-native';

const text = readFileSync(process.argv[2] ?? 'README.md', 'utf8');
const alphabet = [...new Set(text)];
const letters = Int32Array.from(text, (letter) => alphabet.indexOf(letter));
const [count, width, hidden, batch, steps] = [alphabet.length, 16, 48, 64, 300];

let state = 1;
const uniform = () => (state = (state * 48271) % 2147483647) / 2147483647;
const normal = (deviation, size) =>
	Float32Array.from(
		{length: size},
		() => deviation * Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform()),
	);

/** Matrices are (in, out): logits = tanh(tanh([table of both letters] · first + bias) · second) · head */
const params = {
	table: normal(1, count * width),
	first: normal(1 / Math.sqrt(2 * width), 2 * width * hidden),
	bias: new Float32Array(hidden),
	second: normal(1 / Math.sqrt(hidden), hidden * hidden),
	head: normal(0.1 / Math.sqrt(hidden), hidden * count),
};

/** y += x · W, of one row. */
function multiply(x, weight, y) {
	x.forEach((each, i) => {
		for (let o = 0; o < y.length; o++) y[o] += each * weight[i * y.length + o];
	});
	return y;
}

/** The gradients of x and, added up, of W. */
function backward(x, weight, dy, dweight) {
	return x.map((each, i) => {
		let sum = 0;
		for (let o = 0; o < dy.length; o++) {
			sum += dy[o] * weight[i * dy.length + o];
			dweight[i * dy.length + o] += each * dy[o];
		}
		return sum;
	});
}

/** The mean cross-entropy of some letters, and its gradient. */
function gradientOf({table, first, bias, second, head}, places) {
	const gradient = Object.fromEntries(
		Object.entries(params).map(([name, {length}]) => [name, new Float32Array(length)]),
	);
	let loss = 0;
	for (const place of places) {
		const [a, b, target] = letters.subarray(place, place + 3);
		const row = (letter) => table.subarray(letter * width, (letter + 1) * width);
		const x = Float32Array.of(...row(a), ...row(b));
		const h = multiply(x, first, bias.slice()).map(Math.tanh);
		const k = multiply(h, second, new Float32Array(hidden)).map(Math.tanh);
		const logits = multiply(k, head, new Float32Array(count));
		const total = Math.log(logits.reduce((sum, z) => sum + Math.exp(z), 0));
		loss += (total - logits[target]) / places.length;
		const dlogits = logits.map((z, i) => (Math.exp(z - total) - (i === target ? 1 : 0)) / places.length);
		const dk = backward(k, head, dlogits, gradient.head).map((d, i) => d * (1 - k[i] ** 2));
		const dh = backward(h, second, dk, gradient.second).map((d, i) => d * (1 - h[i] ** 2));
		dh.forEach((d, i) => (gradient.bias[i] += d));
		const dx = backward(x, first, dh, gradient.first);
		dx.forEach((d, i) => (gradient.table[(i < width ? a : b) * width + (i % width)] += d));
	}
	return {loss, gradient};
}

const shapes = {first: [2 * width, hidden], second: [hidden, hidden]};
const attached = new Muon({learningRate: 0.02, adamw: {learningRate: 0.01}}).attach([
	{params: {first: params.first, second: params.second}, shapes, outLast: true},
	{params: {table: params.table}, shapes: {table: [count, width]}, role: 'embedding'},
	{params: {head: params.head}, shapes: {head: [hidden, count]}, role: 'head', outLast: true},
	{params: {bias: params.bias}, weightDecay: 0},
]);
for (const {name, shape, rule} of attached.routing) console.log(`${rule} moves ${name}, ${shape}`);

for (let step = 1; step <= steps; step++) {
	const places = Array.from({length: batch}, () => Math.floor(uniform() * (letters.length - 2)));
	const {loss, gradient} = gradientOf(params, places);
	attached.step(gradient, {factor: 1 - (step - 1) / steps});
	if (step % 100 === 0) console.log(`step ${step}: loss ${loss.toFixed(3)} of ${Math.log(count).toFixed(3)} nats`);
}
