import {chdir, cwd} from 'node:process';
import * as sophia from '../../../lib/index';
import {writeDirectory} from '../pretrained/files';
import {temporaryDirectory} from '../temporary';
import {makeData, shape} from './setup';

const {bytes, Dataset, Gpt2, Trainer, optimizerFromJson, optimizerNames} = sophia;

const directory = temporaryDirectory();
const before = cwd();
let data: sophia.Dataset;
let model: sophia.Gpt2;

beforeEach(async () => {
	chdir(directory());
	data = await makeData(directory());
	writeDirectory('gpt2', {});
	model = await Gpt2.create(shape);
});
afterEach(() => {
	model.dispose();
	chdir(before);
});

/** What nobody should pass. A few of them mean something somewhere, which is no error. */
const odd: readonly unknown[] = [
	...[Number.NaN, 2 ** 53, -1, 0.5, 3n, true, null, Symbol('odd')],
	...['', 'odd', '\0', {}, {length: 2}, {aborted: false}, [], [5], new Map(), new Uint8Array(3), () => undefined],
];

type Call = (value: never) => unknown;

/** A call for each option: all are as they should be but the one. */
const each = (name: string, options: object, call: (options: object) => unknown): [string, Call][] =>
	Object.keys(options).map((key) => [`${name} ${key}`, (value) => call({[key]: value})]);

const examples = () => ({tokens: new Int32Array(16), targets: new Int32Array(16), length: 16});
const prepare = (options: object) => Dataset.prepare({text: 'a text', directory: 'odd', validation: 0.5, ...options});
const train = (options: object) => new Trainer({model, optimizer: new sophia.AdamW(), data, ...options});

const calls: readonly [string, Call][] = [
	['Dataset', (value) => new Dataset(value)],
	...each(
		'Dataset',
		{train: 0, validation: 0, vocabulary: 0, tokenizer: 0, format: 0},
		(o) => new Dataset({...data.toJSON(), ...o}),
	),
	['Dataset.open', (value) => Dataset.open(value)],
	['Dataset.prepare', (value) => Dataset.prepare(value)],
	...each('Dataset.prepare', {text: 0, directory: 0, validation: 0, signal: 0, onProgress: 0}, prepare),
	...each('Dataset.prepare how', {tokenizer: 0, format: 0, split: 0, seed: 0}, prepare),
	...each('Dataset.prepare reading', {field: 0, column: 0, followLinks: 0}, prepare),
	...each('Dataset.prepare limits', {maximumExpansion: 0, maximumHeld: 0}, prepare),
	['Dataset.prepare files', (files) => Dataset.prepare({files, directory: 'odd'})],
	['Gpt2.create', (value) => Gpt2.create(value, {device: 'cuda'})], // {} is a GPT-2 of 124 million parameters
	...each('Gpt2.create', sophia.preset('tiny', 'lion').model, (o) => Gpt2.create({...shape, ...o})),
	...each('Gpt2.create with', {device: 0, threads: 0, isa: 0, dtype: 0, recompute: 0, seed: 0}, (o) =>
		Gpt2.create(shape, o),
	),
	['Gpt2.load', (value) => Gpt2.load(value)],
	['Gpt2.load placement', (value) => Gpt2.load('odd', value)],
	['Gpt2.fromPretrained', (value) => Gpt2.fromPretrained(value)],
	...each('Gpt2.fromPretrained with', {context: 0, dropout: 0, device: 0, threads: 0, isa: 0, dtype: 0}, (o) =>
		Gpt2.fromPretrained('gpt2', o),
	),
	['savePretrained', (value) => model.savePretrained(value)],
	['read', (value) => model.read(value)],
	['write', (value) => model.write(value, new Float32Array(24))],
	['write values', (value) => model.write('ln_f.bias', value)],
	['save', (value) => model.save(value)],
	['evaluate', (value) => model.evaluate(value)],
	['evaluate options', (value) => model.evaluate(data, value)],
	...each('evaluate', {split: 0, batch: 0, length: 0, batches: 0, seed: 0}, (o) => model.evaluate(data, o)),
	['generate', (value) => model.generate(value, {count: 1})],
	['generate options', (value) => model.generate([1], value)],
	...each(
		'generate',
		{count: 0, temperature: 0, topK: 0, topP: 0, seed: 0, sample: 0, stop: 0, cache: 0, signal: 0},
		(o) => model.generate([1], {count: 1, ...o}),
	),
	['examples', (value) => model.examples(value)],
	['examples options', (value) => model.examples(data, value)],
	...each('examples', {split: 0, sequences: 0, length: 0, seed: 0}, (o) => model.examples(data, o)),
	['gradient', (value) => model.gradient(value)],
	...each('gradient', examples(), (o) => model.gradient({...examples(), ...o})),
	['gradient options', (value) => model.gradient(examples(), value)],
	...each('gradient with', {batch: 0, dropout: 0, seed: 0, step: 0}, (o) => model.gradient(examples(), o)),
	['hessianVectorProduct', (value) => model.hessianVectorProduct(examples(), value)],
	['gaussNewtonVectorProduct', (value) => model.gaussNewtonVectorProduct(examples(), value)],
	['probe', (value) => model.probe(value)],
	...each('probe', {distribution: 0, seed: 0, step: 0}, (o) => model.probe(o)),
	['hessianDiagonal', (value) => sophia.hessianDiagonal(value, examples())],
	['hessianDiagonal examples', (value) => sophia.hessianDiagonal(model, value)],
	['hessianDiagonal options', (value) => sophia.hessianDiagonal(model, examples(), value)],
	...each('hessianDiagonal', {estimator: 0, probes: 0, distribution: 0, batch: 0}, (o) =>
		sophia.hessianDiagonal(model, examples(), o),
	),
	['lanczos', (value) => sophia.lanczos(value, Float32Array.of(1, 2))],
	['lanczos product', (value) => sophia.lanczos(() => Promise.resolve(value), Float32Array.of(1, 2))],
	['lanczos start', (value) => sophia.lanczos((u) => Promise.resolve(u), value)],
	['lanczos options', (value) => sophia.lanczos((u) => Promise.resolve(u), Float32Array.of(1, 2), value)],
	...each('lanczos', {steps: 0}, (o) => sophia.lanczos((u) => Promise.resolve(u), Float32Array.of(1, 2), o)),
	['vector', (value) => model.vector(value)],
	['tensor', (value) => model.vector().tensor(value)],
	['ParameterVector', (value) => new sophia.ParameterVector(value, new Float32Array(3))],
	['ParameterVector values', (value) => new sophia.ParameterVector([], value)],
	['Trainer', (value) => new Trainer(value)],
	...each('Trainer', {model: 0, optimizer: 0, data: 0, device: 0, directory: 0, resume: 0}, train),
	...each('Trainer', sophia.preset('tiny', 'lion').training, train),
	...each('Trainer schedule', sophia.makeSchedule({}, 9), (schedule) => train({schedule})),
	...each('Trainer evaluation', {every: 0, batches: 0}, (evaluation) => train({evaluation})),
	...each('Trainer checkpoint', {every: 0, keepEvery: 0}, (checkpoint) => train({checkpoint})),
	['Trainer.resume', (value) => Trainer.resume(value)],
	['Trainer.resume options', (value) => Trainer.resume('odd', value)],
	['run', (value) => train({}).run(value)],
	['run signal', (signal) => train({}).run({signal})],
	['AdamW', (value) => new sophia.AdamW(value)],
	['Lion', (value) => new sophia.Lion(value)],
	['Sgd', (value) => new sophia.Sgd(value)],
	['SophiaG', (value) => new sophia.SophiaG(value)],
	['SophiaH', (value) => new sophia.SophiaH(value)],
	...optimizerNames.flatMap((name) =>
		each(name, optimizerFromJson({name}).toJSON(), (o) => optimizerFromJson({name, ...o})),
	),
	...each('curvature', new sophia.SophiaG().curvature, (curvature) => new sophia.SophiaG({curvature})),
	...each('curvature', new sophia.SophiaH().curvature, (curvature) => new sophia.SophiaH({curvature})),
	['equals', (value) => new sophia.Lion().equals(value)],
	['optimizerFromJson', (value) => optimizerFromJson(value)],
	['preset', (value) => sophia.preset(value, 'lion')],
	['preset optimizer', (value) => sophia.preset('tiny', value)],
	['parameterCount', (value) => sophia.parameterCount(value)],
	['makeSchedule', (value) => sophia.makeSchedule(value, 9)],
	['makeSchedule steps', (value) => sophia.makeSchedule({}, value)],
	['learningRate', (value) => sophia.learningRate(value, 1, 9)],
	['learningRate step', (value) => sophia.learningRate(sophia.makeSchedule({}, 9), value, 9)],
	['learningRate steps', (value) => sophia.learningRate(sophia.makeSchedule({}, 9), 1, value)],
	['learningRate peak', (value) => sophia.learningRate(sophia.makeSchedule({}, 9), 1, 9, value)],
	['bytes.encode', (value) => bytes.encode(value)],
	['bytes.decode', (value) => bytes.decode(value)],
];

/** How a call ended: in an error without a code it should not. */
async function outcome(call: Call, value: unknown): Promise<unknown> {
	try {
		const result: unknown = await call(value as never);
		if (typeof result === 'object' && result !== null && 'dispose' in result) {
			(result as sophia.Gpt2).dispose();
		}
		return 'fine';
	} catch (error) {
		return (error as {code?: unknown}).code ?? error;
	}
}

test.each(calls)('%s is refused with a code, whatever it is given', async (_name, call) => {
	for (const value of odd) {
		expect([value, await outcome(call, value)]).toEqual([value, expect.stringMatching(/^(fine|ERR_SOPHIA_\w+)$/)]);
	}
});
