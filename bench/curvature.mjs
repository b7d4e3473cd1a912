// What a Hessian-vector product costs: time in gradients of the same batch, memory in arenas of a gradient, and, where a
// python3 with PyTorch is found, against differentiating twice there, on the same weights, tokens and vector.
//
//   node bench/curvature.mjs [--layers 6] [--heads 6] [--width 384] [--length 256] [--batch 4] [--vocabulary 65]
//                            [--threads 1] [--turns 7] [--python /usr/bin/python3]
//
// Every turn does each thing once, in a new order each time, so that all meet the same clock and the same neighbours.
// Ratios are medians over the turns, with the quartiles.
import {spawn, spawnSync} from 'node:child_process';
import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {createInterface} from 'node:readline';
import {fileURLToPath} from 'node:url';
import {parseArgs} from 'node:util';
import {Gpt2} from '../dist/index.mjs';

const standard = {
	layers: '6',
	heads: '6',
	width: '384',
	length: '256',
	batch: '4',
	vocabulary: '65',
	threads: '1',
	turns: '7',
	python: '/usr/bin/python3',
};
const {values: given} = parseArgs({
	options: Object.fromEntries(
		Object.entries(standard).map(([name, value]) => [name, {type: 'string', default: value}]),
	),
});
const {python, ...texts} = given;
const {turns, batch, length, threads, ...size} = Object.fromEntries(
	Object.entries(texts).map(([name, text]) => [name, Number(text)]),
);
const shape = {...size, context: length};

/** PyTorch as a process of its own that answers one request at a time; undefined where there is none. */
function startTorch(folder, order) {
	if (spawnSync(python, ['-c', 'import torch']).status !== 0) {
		console.log(`no PyTorch in ${python}: its columns are missing`);
		return undefined;
	}
	const config = JSON.stringify({...shape, length, threads, order});
	const script = fileURLToPath(new URL('rivals/hvp.py', import.meta.url));
	const env = {...process.env, OMP_NUM_THREADS: `${threads}`, OPENBLAS_NUM_THREADS: `${threads}`};
	const child = spawn(python, [script, folder, config], {env, stdio: ['pipe', 'pipe', 'inherit']});
	const lines = createInterface({input: child.stdout})[Symbol.asyncIterator]();
	return {
		ask: async (what) => {
			child.stdin.write(`${what}\n`);
			return JSON.parse((await lines.next()).value);
		},
		end: () => child.stdin.end(),
	};
}

function quantile(numbers, part) {
	const sorted = [...numbers].sort((a, b) => a - b);
	return sorted[Math.round(part * (sorted.length - 1))];
}

const ratio = (a, b) => {
	const ratios = a.map((x, i) => x / b[i]);
	const [low, middle, high] = [0.25, 0.5, 0.75].map((part) => quantile(ratios, part).toFixed(2));
	return `${middle} (${low} to ${high})`;
};

async function timed(work) {
	const start = performance.now();
	const result = await work();
	return {seconds: (performance.now() - start) / 1e3, result};
}

function distance(a, b) {
	const sum = (f) => a.reduce((total, x, i) => total + f(x, b[i]), 0);
	return Math.sqrt(sum((x, y) => (x - y) ** 2) / sum((_x, y) => y ** 2));
}

const model = await Gpt2.create(shape, {threads, seed: 1});
let state = 1;
const token = () => (state = (state * 48271) % 2147483647) % shape.vocabulary;
const examples = {
	tokens: Int32Array.from({length: batch * length}, token),
	targets: Int32Array.from({length: batch * length}, token),
	length,
};
const u = await model.probe({seed: 2});
const passes = {batch};

await model.gradient(examples, passes);
const before = model.memory();
const gradientBytes = before.parameters + before.gradient + before.activations;
const {product} = await model.hessianVectorProduct(examples, u, passes);
const after = model.memory();
const productBytes = after.parameters + after.gradient + after.activations + after.curvature;

const folder = mkdtempSync(join(tmpdir(), 'curvature-'));
await model.save(join(folder, 'model.safetensors'));
for (const [name, values] of Object.entries({tokens: examples.tokens, targets: examples.targets, u: u.values})) {
	writeFileSync(join(folder, name), values);
}
const order = model.parameters().map(({name}) => name);
const torch = startTorch(folder, order);

const things = {
	gradient: async () => (await timed(() => model.gradient(examples, passes))).seconds,
	product: async () => (await timed(() => model.hessianVectorProduct(examples, u, passes))).seconds,
	gaussNewton: async () => (await timed(() => model.gaussNewtonVectorProduct(examples, u, passes))).seconds,
	...(torch && {
		torchGradient: async () => (await torch.ask('gradient')).seconds,
		torchProduct: async () => (await torch.ask('product')).seconds,
	}),
};
const names = Object.keys(things);
const times = Object.fromEntries(names.map((name) => [name, []]));
if (torch) {
	const {version} = await torch.ask('product');
	const theirs = new Float32Array(readFileSync(join(folder, 'product')).buffer.slice(0));
	console.log(`PyTorch ${version}: ‖Hu − theirs‖/‖theirs‖ = ${distance(product.values, theirs).toExponential(1)}`);
	await torch.ask('gradient');
}
for (let turn = 0; turn < turns; turn++) {
	for (let i = 0; i < names.length; i++) {
		const name = names[(i + turn) % names.length];
		times[name].push(await things[name]());
	}
}
torch?.end();
rmSync(folder, {recursive: true});

const {gradient, product: ours, gaussNewton, torchGradient, torchProduct} = times;
const text = JSON.stringify(shape);
console.log(`${text}, batch ${batch}, ${threads} threads, ${u.values.length} parameters, ${turns} turns`);
console.log(`seconds of a gradient             ${quantile(gradient, 0.5).toFixed(3)}`);
console.log(`Hessian product, in gradients     ${ratio(ours, gradient)}`);
console.log(`Gauss-Newton product              ${ratio(gaussNewton, gradient)}`);
console.log(`memory, in arenas of a gradient   ${(productBytes / gradientBytes).toFixed(3)}`);
if (torch) {
	console.log(`PyTorch: product, in its gradients ${ratio(torchProduct, torchGradient)}`);
	console.log(`PyTorch's gradient over ours      ${ratio(torchGradient, gradient)}`);
	console.log(`PyTorch's product over ours       ${ratio(torchProduct, ours)}`);
}
