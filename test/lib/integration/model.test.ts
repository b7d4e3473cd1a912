import {join} from 'node:path';
import {parameterCount} from '../../../lib/config';
import {Gpt2} from '../../../lib/gpt2';
import {bytes} from '../../../lib/tokenizer';
import {temporaryDirectory} from '../temporary';
import {makeData, shape} from './setup';

const directory = temporaryDirectory();

describe('a model', () => {
	test('has the parameters of its shape, under the names of Hugging Face', async () => {
		using model = await Gpt2.create(shape);
		const parameters = model.parameters();
		const count = parameters.reduce((sum, {shape: sizes}) => sum + sizes.reduce((a, b) => a * b, 1), 0);
		expect(count).toBe(parameterCount(model.config));
		expect(parameters[0]).toEqual({name: 'wte.weight', shape: [256, 24]});
		expect(parameters.map(({name}) => name)).toContain('h.1.attn.c_attn.weight');
	});

	test('is collected when it is forgotten, because the garbage collector knows how large it is', async () => {
		const megabytes = () => process.memoryUsage.rss() / 2 ** 20;
		const before = megabytes();
		for (let i = 0; i < 60; i++) {
			await Gpt2.create({layers: 2, heads: 4, width: 512, context: 64, vocabulary: 256}); // 26 MB
		}
		expect(megabytes() - before).toBeLessThan(800);
	});

	test('is drawn by its seed', async () => {
		using one = await Gpt2.create(shape, {seed: 1});
		using same = await Gpt2.create(shape, {seed: 1});
		using other = await Gpt2.create(shape, {seed: 2});
		const read = (model: Gpt2) => model.read('h.0.mlp.c_fc.weight');
		expect(read(same)).toEqual(read(one));
		expect(read(other)).not.toEqual(read(one));
		const deviation = Math.sqrt(read(one).reduce((sum, x) => sum + x * x, 0) / read(one).length);
		expect(Math.abs(deviation / 0.02 - 1)).toBeLessThan(0.1);
	});

	test('survives a file, bit for bit, and a tensor survives being written', async () => {
		using model = await Gpt2.create(shape, {seed: 3});
		model.write('ln_f.weight', new Float32Array(24).fill(1.5));
		const path = join(directory(), 'model.safetensors');
		await model.save(path);
		using again = await Gpt2.load(path);
		expect(again.config).toEqual(model.config);
		for (const {name} of model.parameters()) {
			expect(again.read(name)).toEqual(model.read(name));
		}
		expect([...again.read('ln_f.weight')]).toEqual(Array<number>(24).fill(1.5));
	});

	test('predicts all bytes alike before it has learnt anything, on random and on all windows', async () => {
		using model = await Gpt2.create(shape);
		const data = await makeData(directory());
		const whole = await model.evaluate(data, {batches: 0});
		expect(Math.abs(whole.loss - Math.log(256))).toBeLessThan(0.1);
		expect(whole.tokens).toBe(data.validation.tokens - 1);
		expect(await model.evaluate(data, {batches: 0, batch: 3})).toMatchObject({tokens: whole.tokens});
		const some = await model.evaluate(data, {batches: 2, batch: 3, split: 'train'});
		expect(some.tokens).toBe(2 * 3 * 16);
	});

	test('speaks the same for the same seed, beyond its context, and not after disposal', async () => {
		const model = await Gpt2.create(shape);
		const prompt = bytes.encode('the old sailor sees the sea');
		const first = await model.generate(prompt, {count: 40, seed: 1});
		expect(first.length).toBe(40);
		expect(await model.generate(prompt, {count: 40, seed: 1})).toEqual(first);
		expect(await model.generate(prompt, {count: 40, seed: 2})).not.toEqual(first);
		const likeliest = await model.generate(prompt, {count: 5, temperature: 0});
		expect(await model.generate(prompt, {count: 5, topK: 1, seed: 9})).toEqual(likeliest);
		expect(await model.generate(prompt, {count: 40, seed: 1, cache: false})).toEqual(first);
		expect(await model.generate(prompt, {count: 40, seed: 1, sample: 1})).not.toEqual(first);
		model.dispose();
		await expect(model.generate(prompt)).rejects.toMatchObject({code: 'ERR_SOPHIA_DISPOSED'});
	});
});
