import {readdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {Dataset} from '../../../lib/dataset';
import {cuda} from '../../../lib/devices';
import {Gpt2} from '../../../lib/gpt2';
import {AdamW} from '../../../lib/optimizers/adamw';
import {Lion} from '../../../lib/optimizers/lion';
import {Trainer} from '../../../lib/trainer';
import {temporaryDirectory} from '../temporary';
import {follow, makeData, makeTrainer, shape} from './setup';

const directory = temporaryDirectory();
const at = (...names: string[]) => join(directory(), ...names);
let data: Dataset;

beforeEach(async () => {
	data = await makeData(directory());
});

/** A shard of these tokens beside a good one. */
function shardOf(tokens: Uint16Array): Dataset {
	writeFileSync(at('odd.bin'), tokens);
	writeFileSync(at('good.bin'), new Uint16Array(tokens.length));
	return new Dataset({train: at('odd.bin'), validation: at('good.bin'), format: 'nanogpt'});
}

/** A safetensors file of this header. */
function safetensors(header: string, length = BigInt(header.length), body = Buffer.alloc(16)): string {
	const size = Buffer.alloc(8);
	size.writeBigUInt64LE(length);
	const path = at('hostile.safetensors');
	writeFileSync(path, Buffer.concat([size, Buffer.from(header), body]));
	return path;
}

const tensor = (name: string, sizes: string, begin: number | string, end: number | string) =>
	`"${name}":{"dtype":"F32","shape":${sizes},"data_offsets":[${begin},${end}]}`;

describe('bad files', () => {
	test('a token outside the vocabulary is ERR_SOPHIA_FORMAT and changes nothing', async () => {
		const tokens = new Uint16Array(500).fill(7);
		tokens[100] = 256;
		const odd = shardOf(tokens);
		using trainer = await makeTrainer(odd, new AdamW(), {directory: at('run')});
		const before = trainer.model.read('wte.weight');
		await expect(follow(trainer)).rejects.toMatchObject({name: 'SophiaError', code: 'ERR_SOPHIA_FORMAT'});
		expect(trainer.model.read('wte.weight')).toEqual(before);
		expect(readdirSync(at('run'))).toEqual([]);
		await expect(trainer.model.evaluate(odd, {split: 'train'})).rejects.toMatchObject({code: 'ERR_SOPHIA_FORMAT'});
		trainer.model.dispose();
	});

	test.each<[string, () => string]>([
		['nothing', () => safetensors('', 0n, Buffer.alloc(0))],
		['less than a length', () => (writeFileSync(at('short'), 'abc'), at('short'))],
		['a header past the end', () => safetensors('{}', 1000n)],
		['a header of 2^63', () => safetensors('{}', 1n << 63n)],
		['no JSON', () => safetensors('{"a":')],
		['a tensor past the end', () => safetensors(`{${tensor('a', '[8]', 0, 32)}}`)],
		['tensors that overlap', () => safetensors(`{${tensor('a', '[2]', 0, 8)},${tensor('b', '[3]', 4, 16)}}`)],
		['a size of 2^63', () => safetensors(`{${tensor('a', '[9223372036854775808]', 0, 16)}}`)],
		['sizes whose product overflows', () => safetensors(`{${tensor('a', '[4294967296,4294967296,4]', 0, 16)}}`)],
		['a negative offset', () => safetensors(`{${tensor('a', '[4]', -16, 0)}}`)],
		['no model', () => safetensors(`{${tensor('a', '[4]', 0, 16)}}`)],
	])('a checkpoint of %s is ERR_SOPHIA_FORMAT', async (_name, make) => {
		await expect(Gpt2.load(make())).rejects.toMatchObject({name: 'SophiaError', code: 'ERR_SOPHIA_FORMAT'});
	});

	test('a checkpoint that was cut short is ERR_SOPHIA_FORMAT, wherever it was cut', async () => {
		using model = await Gpt2.create(shape);
		await model.save(at('whole.safetensors'));
		const whole = readFileSync(at('whole.safetensors'));
		for (const part of [0, 7, 8, 100, whole.length / 2, whole.length - 1]) {
			writeFileSync(at('cut.safetensors'), whole.subarray(0, part));
			await expect(Gpt2.load(at('cut.safetensors'))).rejects.toMatchObject({code: 'ERR_SOPHIA_FORMAT'});
		}
	});

	test('a weight that is not a number is refused, by hand and in a checkpoint', async () => {
		using model = await Gpt2.create(shape);
		const nan = new Float32Array(24).fill(Number.NaN);
		expect(() => model.write('ln_f.bias', nan)).toThrow(expect.objectContaining({code: 'ERR_SOPHIA_INVALID_ARGUMENT'}));
		await model.save(at('nan.safetensors'));
		const file = readFileSync(at('nan.safetensors'));
		file.writeFloatLE(Number.NaN, file.length - 4);
		writeFileSync(at('nan.safetensors'), file);
		await expect(Gpt2.load(at('nan.safetensors'))).rejects.toMatchObject({code: 'ERR_SOPHIA_FORMAT'});
	});

	test('a file that is not there is ERR_SOPHIA_IO', async () => {
		await expect(Gpt2.load(at('none'))).rejects.toMatchObject({code: 'ERR_SOPHIA_IO'});
		await expect(Trainer.resume(at('none'))).rejects.toMatchObject({code: 'ERR_SOPHIA_IO'});
	});

	test('a checkpoint of a model alone cannot be resumed', async () => {
		using model = await Gpt2.create(shape);
		await model.save(at('last.safetensors'));
		await expect(Trainer.resume(directory())).rejects.toMatchObject({code: 'ERR_SOPHIA_FORMAT'});
	});
});

describe('what does not fit', () => {
	test('a run does not go on with another model, optimizer or seed, and keeps its checkpoint', async () => {
		using first = await makeTrainer(data, new AdamW(), {directory: at('run'), steps: 3});
		await follow(first);
		const before = readFileSync(at('run', 'last.safetensors'));
		const resume = {directory: at('run'), resume: true, steps: 9};
		using small = await Gpt2.create({...shape, layers: 1});
		const options = {model: small, optimizer: new AdamW(), data, length: 16, schedule: {warmup: 2}, ...resume};
		expect(() => new Trainer(options)).toThrow('with layers 2, got layers 1');
		using lion = await makeTrainer(data, new Lion(), resume);
		await expect(follow(lion)).rejects.toMatchObject({code: 'ERR_SOPHIA_INVALID_ARGUMENT'});
		using seed = await makeTrainer(data, new AdamW(), {...resume, seed: 99});
		await expect(follow(seed)).rejects.toMatchObject({code: 'ERR_SOPHIA_INVALID_ARGUMENT'});
		expect(readFileSync(at('run', 'last.safetensors')).equals(before)).toBe(true);
		[first, lion, seed].forEach(({model}) => model.dispose());
	});

	test('gradients that are not finite are ERR_SOPHIA_DIVERGED, and the last checkpoint stands', async () => {
		using trainer = await makeTrainer(data, new AdamW(), {directory: at('run'), steps: 50, divergedAfter: 3});
		await follow(trainer, 5);
		const before = readFileSync(at('run', 'last.safetensors'));
		trainer.model.write('wpe.weight', new Float32Array(16 * 24).fill(3e38));
		const bias = trainer.model.read('ln_f.bias');
		await expect(follow(trainer)).rejects.toMatchObject({code: 'ERR_SOPHIA_DIVERGED'});
		expect(trainer.model.read('ln_f.bias')).toEqual(bias);
		expect(readFileSync(at('run', 'last.safetensors')).equals(before)).toBe(true);
		trainer.model.dispose();
	});

	test('a tensor of another length, an instruction set that does not exist, a busy model', async () => {
		using model = await Gpt2.create(shape);
		expect(() => model.write('ln_f.bias', new Float32Array(3))).toThrow(
			expect.objectContaining({code: 'ERR_SOPHIA_INVALID_ARGUMENT'}),
		);
		await expect(Gpt2.create(shape, {device: 'cpu', isa: 'mmx'})).rejects.toMatchObject({
			code: expect.stringMatching(/^ERR_SOPHIA_/),
		});
		const busy = model.evaluate(data, {batches: cuda().available ? 20 : 200}); // an emulated GPU is slow
		await expect(model.generate([1], {count: 1})).rejects.toMatchObject({code: 'ERR_SOPHIA_BUSY'});
		await busy;
	});

	test('a model that does not fit into memory is ERR_SOPHIA_OUT_OF_MEMORY', async () => {
		const huge = {layers: 1000, heads: 64, width: 2 ** 20, context: 1024, vocabulary: 256};
		await expect(Gpt2.create(huge)).rejects.toMatchObject({code: 'ERR_SOPHIA_OUT_OF_MEMORY'});
	});
});
