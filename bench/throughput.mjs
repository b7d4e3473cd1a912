// Tokens per second of training GPT-2 124M, and beside it PyTorch's, where a python3 with PyTorch and a GPU is found.
//
//   node bench/throughput.mjs [--device cuda] [--dtype bfloat16] [--layers 12] [--heads 12] [--width 768] [--length 1024]
//                             [--batch 8] [--vocabulary 50304] [--steps 30] [--warm 10] [--python python3]
//
// The table is Markdown: medians over the steps behind the warm ones, with their quartiles.
import {spawnSync} from 'node:child_process';
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {parseArgs} from 'node:util';
import {AdamW, Dataset, Gpt2, SophiaG, Trainer} from '../dist/index.mjs';

const standard = {
	device: 'cuda',
	dtype: 'bfloat16',
	layers: '12',
	heads: '12',
	width: '768',
	length: '1024',
	batch: '8',
	vocabulary: '50304',
	steps: '30',
	warm: '10',
	python: 'python3',
};
const {values: given} = parseArgs({
	options: Object.fromEntries(
		Object.entries(standard).map(([name, value]) => [name, {type: 'string', default: value}]),
	),
});
const {device, dtype, python, ...texts} = given;
const {batch, length, steps, warm, ...size} = Object.fromEntries(
	Object.entries(texts).map(([name, text]) => [name, Number(text)]),
);
const shape = {...size, context: length};

function quantile(numbers, part) {
	const sorted = [...numbers].sort((a, b) => a - b);
	return sorted[Math.round(part * (sorted.length - 1))];
}

const row = (...cells) => console.log(`| ${cells.join(' | ')} |`);

function report(who, what, rates) {
	const [low, middle, high] = [0.25, 0.5, 0.75].map((part) => Math.round(quantile(rates, part)));
	row(who, what, `${middle} (${low} to ${high})`);
	return middle;
}

async function ours(optimizer, data) {
	const model = await Gpt2.create(shape, {seed: 1, device, dtype});
	const training = {steps: warm + steps, batch, length, evaluation: {every: 0}};
	const trainer = new Trainer({model, optimizer, data, ...training});
	const rates = [];
	for await (const {step, tokensPerSecond} of trainer.run()) if (step > warm) rates.push(tokensPerSecond);
	trainer.dispose();
	model.dispose();
	return report('sophia-native', `${optimizer.name}, ${dtype}, ${model.device}`, rates);
}

function theirs() {
	const script = fileURLToPath(new URL('rivals/throughput.py', import.meta.url));
	const config = JSON.stringify({...shape, length, batch, steps, warm});
	const {status, stdout, stderr, error} = spawnSync(python, [script, config], {encoding: 'utf8'});
	if (status !== 0) {
		console.log(`\nPyTorch is left out: ${error?.message ?? stderr.trim().split('\n').at(-1)}`);
		return undefined;
	}
	const {version, compiled, rates} = JSON.parse(stdout.trim().split('\n').at(-1));
	return report(`PyTorch ${version}`, `adamw, fused, bf16${compiled ? ', compiled' : ', not compiled'}`, rates);
}

const folder = mkdtempSync(join(tmpdir(), 'throughput-'));
try {
	const text = 'It is the curvature that tells how far a step may go. '.repeat(Math.ceil((40 * length) / 50) + 1000);
	const data = await Dataset.prepare({text, directory: folder});
	row('who', 'how', `tokens per second, ${shape.layers} layers of ${shape.width}, ${batch} × ${length} tokens a step`);
	row('---', '---', '---');
	const adamw = await ours(new AdamW({learningRate: 6e-4}), data);
	await ours(new SophiaG({learningRate: 6e-4}), data);
	const torch = theirs();
	if (torch) console.log(`\nOurs over PyTorch's, both with AdamW: ${(adamw / torch).toFixed(2)}`);
} catch (error) {
	console.error(`throughput: ${error.message}`);
	process.exitCode = 1;
} finally {
	rmSync(folder, {recursive: true});
}
