/** What is exported means to others what it means here: an independent reader, transformers where it is installed. */
import {copyFileSync, mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {Gpt2} from '../../../lib/gpt2';
import {AdamW} from '../../../lib/optimizers/adamw';
import {storedTensors} from '../../../lib/pretrained/tensors';
import {Trainer} from '../../../lib/trainer';
import {tinyConfig, tinyTensors, writeDirectory} from '../pretrained/files';
import {distance, readIndependently, surprises, surprisesOf} from '../pretrained/logits';
import {temporaryDirectory} from '../temporary';
import {follow, makeData} from './setup';

const directory = temporaryDirectory();
const at = (...names: string[]) => join(directory(), ...names);
const golden = (name: string) => join(__dirname, '../../golden', name);

const shape = {layers: 3, heads: 2, width: 12, context: 8, vocabulary: 13};
const tokens = [4, 12, 0, 7, 7, 1, 9, 3];

/** Files are the same everywhere, and an emulated GPU takes its time. */
const device = {device: 'cpu'} as const;

/** Large enough weights that every part of the formulas matters. */
async function makeModel(changes: object): Promise<Gpt2> {
	const model = await Gpt2.create({...shape, ...changes}, {seed: 11, ...device});
	let state = 3;
	for (const {name} of model.parameters()) {
		const values = model.read(name).map(() => ((state = (state * 48271) % 2147483647) / 2147483647 - 0.5) * 1.5);
		model.write(name, values);
	}
	return model;
}

/** Float32 against float64, at numbers of about 1. */
const tolerance = 2e-5;

test('the reader computes the logits that PyTorch computed of the golden model', () => {
	mkdirSync(at('tiny'));
	copyFileSync(golden('tiny.weights.safetensors'), at('tiny', 'model.safetensors'));
	const config = {...tinyConfig, n_embd: 16, n_positions: 8, vocab_size: 29};
	writeFileSync(at('tiny', 'config.json'), JSON.stringify(config));
	const file = readFileSync(golden('tiny.model.safetensors'));
	const numbers = (name: string, read: 'readInt32LE' | 'readFloatLE') => {
		const {position = 0, shape: sizes = []} =
			storedTensors(golden('tiny.model.safetensors')).find((tensor) => tensor.name === name) ?? {};
		return Array.from({length: sizes.reduce((a, b) => a * b, 1)}, (_, i) => file[read](position + 4 * i));
	};
	const all = numbers('tokens', 'readInt32LE');
	const expected = numbers('logits', 'readFloatLE');
	const {logits} = readIndependently(at('tiny'), [all.slice(0, 8), all.slice(8)]);
	expect(distance(logits.flat(), [expected])).toBeLessThan(2e-7); // they are stored as float32
});

describe('a model that is exported', () => {
	test.each<[string, object]>([
		['of the form of GPT-2', {}],
		['with the other form of GELU and scores divided by the layer', {gelu: 'erf', scaleByLayer: true}],
		['without biases', {bias: false}],
	])(
		'%s is the same to the independent reader, and the same bits when it is imported again',
		async (_name, changes) => {
			using model = await makeModel(changes);
			await model.savePretrained(at('a'));
			const {logits, transformers} = readIndependently(at('a'), [tokens]);
			const ours = await surprises(model, tokens);
			expect(distance(ours, surprisesOf(logits[0] ?? []))).toBeLessThan(tolerance);
			if (transformers !== null) {
				expect(distance(transformers[0] ?? [], logits[0] ?? [])).toBeLessThan(1e-9);
			}
			using again = await Gpt2.fromPretrained(at('a'), device);
			expect(await surprises(again, tokens)).toEqual(ours);
			for (const {name} of model.parameters()) {
				expect(again.read(name)).toEqual(model.read(name));
			}
		},
	);
});

describe('a directory that is imported', () => {
	test.each<[string, string, number]>([
		['F32', 'transformer.', 1],
		['F16', '', 3],
		['BF16', 'transformer.', 2],
	])('of %s with the prefix `%s` in %d files is what the reader reads', async (dtype, prefix, shards) => {
		const tensors = tinyTensors(tinyConfig, dtype).map(({name, ...rest}) => ({name: prefix + name, ...rest}));
		writeDirectory(at('a'), {tensors, shards});
		using model = await Gpt2.fromPretrained(at('a'), device);
		const {logits} = readIndependently(at('a'), [[1, 10, 5, 5, 0, 2]]);
		const ours = await surprises(model, [1, 10, 5, 5, 0, 2]);
		expect(distance(ours, surprisesOf(logits[0] ?? []))).toBeLessThan(tolerance);
	});

	test('with fewer positions predicts short sequences with the same bits', async () => {
		writeDirectory(at('a'), {});
		using model = await Gpt2.fromPretrained(at('a'), device);
		using cropped = await Gpt2.fromPretrained(at('a'), {context: 4, ...device});
		expect(cropped.read('wpe.weight').length).toBe(4 * 8);
		expect(await surprises(cropped, [3, 1, 4, 1])).toEqual(await surprises(model, [3, 1, 4, 1]));
		const long = {tokens: Int32Array.of(3, 1, 4, 1, 5), targets: Int32Array.of(1, 4, 1, 5, 9), length: 5};
		await expect(cropped.gradient(long)).rejects.toMatchObject({code: 'ERR_SOPHIA_INVALID_ARGUMENT'});
	});

	test('goes on learning, and its run is resumed', async () => {
		const config = {...tinyConfig, vocab_size: 256, n_embd: 16, n_positions: 16};
		writeDirectory(at('a'), {config});
		const data = await makeData(directory());
		using model = await Gpt2.fromPretrained(at('a'), {context: 12});
		const optimizer = new AdamW({learningRate: 1e-2});
		const options = {data, optimizer, directory: at('run'), steps: 30, schedule: {warmup: 2}};
		using trainer = new Trainer({model, ...options});
		const reports = await follow(trainer, 20);
		using resumed = await Trainer.resume(at('run'));
		expect(resumed.model.config).toEqual(model.config);
		reports.push(...(await follow(resumed)));
		expect(reports.at(-1)?.step).toBe(30);
		using shorter = await Gpt2.fromPretrained(at('run', 'last.safetensors'), {context: 8});
		expect(shorter.config).toEqual({...resumed.model.config, context: 8});
		expect(shorter.read('ln_f.bias')).toEqual(resumed.model.read('ln_f.bias'));
		const [first, last] = [reports.at(0)?.loss ?? 0, reports.at(-1)?.loss ?? Infinity];
		expect(last).toBeLessThan(first - 1);
	});
});
