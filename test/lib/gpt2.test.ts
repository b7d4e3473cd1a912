import {makeConfig, parameterCount} from '../../lib/config';
import {Dataset} from '../../lib/dataset';
import {SophiaError} from '../../lib/errors';
import {Gpt2, nativeOf} from '../../lib/gpt2';
import {bytes} from '../../lib/tokenizer';
import {reset, state} from './fake';
import {giveDirectory, numbers} from './pretrained/fake';
import {temporaryDirectory} from './temporary';

jest.mock('../../lib/native', () => jest.requireActual<typeof import('./fake')>('./fake').fakeModule);

const directory = temporaryDirectory();

beforeEach(reset);

const shape = {layers: 2, heads: 2, width: 8, context: 16, vocabulary: 256};
const calls = () => state.models.at(-1)?.calls;

describe('Gpt2', () => {
	test('takes a derivative with every option decided, and names what it finds', async () => {
		using model = await Gpt2.create(shape);
		const examples = {tokens: Int32Array.of(1, 2), targets: Int32Array.of(2, 3), length: 2};
		const settled = {...examples, batch: 8, dropout: true, seed: 1337, step: 4};
		const u = await model.probe({distribution: 'gaussian', seed: 5, step: 6});
		const found = await model.hessianVectorProduct(examples, u, {dropout: true, step: 4});
		await model.gaussNewtonVectorProduct(examples, u.values, {dropout: true, step: 4});
		expect(calls()?.slice(1)).toEqual([
			['drawProbe', 'gaussian', 5, 6],
			['hessianVectorProduct', settled, u.values],
			['gaussNewtonVectorProduct', settled, u.values],
		]);
		expect(found).toMatchObject({loss: 1.5, slope: 0.5, quadratic: 2.5});
		expect([...found.product.tensor('wpe.weight')]).toEqual([1, 1, 1]);
	});

	test('refuses a direction of another size and an unknown distribution', async () => {
		using model = await Gpt2.create(shape);
		const examples = {tokens: Int32Array.of(1, 2), targets: Int32Array.of(2, 3), length: 2};
		await expect(model.hessianVectorProduct(examples, new Float32Array(2))).rejects.toThrow('9 numbers, got 2');
		await expect(model.probe({distribution: 'uniform' as never})).rejects.toThrow('one of `gaussian`');
	});

	test('create makes the model and draws its weights', async () => {
		const model = await Gpt2.create(shape, {seed: 7, threads: 1});
		expect(model.config).toEqual(makeConfig(shape));
		expect(state.models[0]?.config).toEqual({
			...makeConfig(shape),
			device: 'cpu',
			threads: 1,
			isa: '',
			recompute: 'none',
			dtype: 'float32',
			gpu: 0,
		});
		expect(calls()).toEqual([['initialize', 7]]);
	});

	test('load makes the model that the checkpoint describes', async () => {
		const config = makeConfig(shape);
		const tensors = [{name: 'wte.weight', dtype: 'F32', shape: [parameterCount(config)], position: 8}];
		state.checkpoint = {metadata: {config: JSON.stringify(config)}, tensors};
		const model = await Gpt2.load('a.safetensors', {threads: 2});
		expect(model.config).toEqual(config);
		expect(calls()).toEqual([['load', 'a.safetensors']]);
	});

	test('fromPretrained makes the model of a directory of transformers, from its numbers', async () => {
		const model = await Gpt2.fromPretrained(giveDirectory(directory()), {context: 3, threads: 2});
		expect(model.config).toEqual(
			makeConfig({layers: 1, heads: 1, width: 8, context: 3, vocabulary: 256, dropout: 0.1}),
		);
		expect(state.models[0]).toMatchObject({
			config: {threads: 2},
			written: {'wte.weight': [...numbers.subarray(0, 6)], 'wpe.weight': [...numbers.subarray(6)]},
		});
		await expect(Gpt2.fromPretrained(directory(), {seed: 1} as object)).rejects.toThrow('Unknown option `seed`');
		state.failure = {code: 'ERR_SOPHIA_OUT_OF_MEMORY', message: 'too large'};
		await expect(Gpt2.fromPretrained(directory())).rejects.toMatchObject({code: 'ERR_SOPHIA_OUT_OF_MEMORY'});
	});

	test('a failure while the weights are made frees the model', async () => {
		const creating = Gpt2.create(shape);
		state.failure = {code: 'ERR_SOPHIA_OUT_OF_MEMORY', message: 'too large'};
		await expect(creating).rejects.toBeInstanceOf(SophiaError);
		expect(state.models[0]?.disposed).toBe(true);
	});

	test('bad options make no model', async () => {
		await expect(Gpt2.create({...shape, heads: 3})).rejects.toBeInstanceOf(RangeError);
		await expect(Gpt2.create(shape, {seeds: 1} as object)).rejects.toThrow('did you mean `seed`?');
		await expect(Gpt2.create(shape, {device: 'cuda'})).rejects.toMatchObject({code: 'ERR_SOPHIA_DEVICE'});
		expect(state.models).toEqual([]);
	});

	test('parameters are read as copies and written, and a misspelt name is named', async () => {
		const model = await Gpt2.create(shape);
		expect(model.parameters()[0]).toEqual({name: 'wte.weight', shape: [2, 3]});
		expect(model.read('wte.weight')).toBeInstanceOf(Float32Array);
		const values = Float32Array.of(1, 2, 3, 4, 5, 6);
		model.write('wte.weight', values);
		expect(calls()?.at(-1)).toEqual(['write', 'wte.weight', values]);
		expect(() => model.read('wte.weigth')).toThrow('Unknown parameter `wte.weigth`, did you mean `wte.weight`?');
		expect(() => model.write('x', Float32Array.of(1))).toThrow(TypeError);
		expect(() => model.write('wte.weight', [1] as never)).toThrow('to be a Float32Array, got `[ 1 ]` (object)');
		expect(() => model.write('wte.weight', Float32Array.of(1))).toThrow(RangeError);
		expect(() => model.write('wte.weight', Float32Array.of(1))).toThrow('Expected `values` to have 6 numbers, got 1');
		expect(() => model.read(5 as never)).toThrow('Expected `name` to be a string, got `5` (number)');
	});

	test('evaluate looks at the split it is told to', async () => {
		const model = await Gpt2.create(shape);
		const data = await Dataset.prepare({text: 'some text to look at', directory: directory()});
		expect(await model.evaluate(data)).toEqual({loss: 1.5, tokens: 640});
		expect(calls()?.at(-1)).toEqual([
			'evaluate',
			data.validation.path,
			{batch: 8, length: 16, batches: 20, seed: 1337, format: 'llm.c'},
		]);
		await model.evaluate(data, {split: 'train'});
		expect(calls()?.at(-1)?.[1]).toBe(data.train.path);
		await expect(model.evaluate({} as never)).rejects.toThrow('Expected `data` to be a Dataset, got `{}` (object)');
	});

	test('generate returns new tokens in this realm', async () => {
		const model = await Gpt2.create(shape);
		const tokens = await model.generate(bytes.encode('hi'), {count: 3});
		expect(tokens).toBeInstanceOf(Int32Array);
		expect(bytes.decode(tokens)).toBe('aaa');
		const how = {count: 1, temperature: 0.8, topK: 0, topP: 1, seed: 1337, sample: 0, cache: true};
		expect(calls()?.slice(-3)).toEqual([
			['generate', Int32Array.of(104, 105), {...how, drawn: 0}],
			['generate', Int32Array.of(104, 105, 97), {...how, drawn: 1}],
			['generate', Int32Array.of(104, 105, 97, 97), {...how, drawn: 2}],
		]);
	});

	test('stream gives token by token, of the last ones in sight, until the listener has enough', async () => {
		const model = await Gpt2.create({...shape, context: 2});
		const before = calls()?.length ?? 0;
		const tokens: number[] = [];
		for await (const token of model.stream([1, 2, 3], {count: 9})) {
			tokens.push(token);
			if (tokens.length === 2) {
				break;
			}
		}
		expect(tokens).toEqual([97, 97]);
		expect(
			calls()
				?.slice(before)
				.map((call) => call[1]),
		).toEqual([Int32Array.of(2, 3), Int32Array.of(3, 97)]);
	});

	test('generate ends before a token that stops it, and when the signal says so', async () => {
		const model = await Gpt2.create(shape);
		expect(await model.generate([1], {stop: [5, 97]})).toEqual(new Int32Array());
		const controller = new AbortController();
		const stream = model.stream([1], {count: 9, signal: controller.signal});
		expect(await stream.next()).toEqual({value: 97, done: false});
		controller.abort();
		await expect(stream.next()).rejects.toMatchObject({code: 'ABORT_ERR'});
		expect(() => model.stream([1], {count: 0})).toThrow(RangeError);
	});

	test('using disposes, once, and nothing works afterwards', async () => {
		let kept: Gpt2;
		{
			using model = await Gpt2.create(shape);
			kept = model;
		}
		expect(state.models[0]?.disposed).toBe(true);
		kept.dispose();
		const disposed = expect.objectContaining({code: 'ERR_SOPHIA_DISPOSED'});
		expect(() => kept.parameters()).toThrow(disposed);
		expect(() => nativeOf(kept)).toThrow(disposed);
		await expect(kept.save('a')).rejects.toMatchObject({code: 'ERR_SOPHIA_DISPOSED'});
	});
});
