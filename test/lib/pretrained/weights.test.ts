import {appendFileSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {Gpt2} from '../../../lib/gpt2';
import {findWeights} from '../../../lib/pretrained/weights';
import {temporaryDirectory} from '../temporary';
import {safetensors, tinyConfig, tinyTensors, writeDirectory, type Tensor} from './files';

const directory = temporaryDirectory();
const at = (name: string) => join(directory(), name);
const tensors = tinyTensors();
const [embedding, wpe] = tensors as [Tensor, Tensor];
const load = async (options = {}) => Gpt2.fromPretrained(directory(), {device: 'cpu', ...options});

/** The numbers of a tensor of type F32. */
const floats = ({data}: Tensor) => new Float32Array(new Uint8Array(data).buffer);

/** The same tensors, of which one holds another number at its end. */
function spoilt(name: string, value: number): Tensor[] {
	return tensors.map((tensor) => {
		const numbers = floats(tensor);
		return tensor.name === name
			? {...tensor, data: new Uint8Array(numbers.fill(value, numbers.length - 1).buffer)}
			: tensor;
	});
}

const head = (numbers: Float32Array, shape = [11, 8]): Tensor => ({
	name: 'lm_head.weight',
	dtype: 'F32',
	shape,
	data: new Uint8Array(numbers.buffer),
});

describe('weights', () => {
	test.each([1, 3])('of a directory of %d files are those of the model', async (shards) => {
		writeDirectory(directory(), {shards});
		using model = await load();
		expect(model.config).toMatchObject({layers: 2, width: 8, context: 6, vocabulary: 11, dropout: 0});
		for (const tensor of tensors) {
			expect([tensor.name, model.read(tensor.name)]).toEqual([tensor.name, floats(tensor)]);
		}
	});

	test.each(['F16', 'BF16'])('of %s become float32', async (dtype) => {
		writeDirectory(directory(), {tensors: tinyTensors(tinyConfig, dtype)});
		using model = await load();
		for (const tensor of tensors) {
			expect([tensor.name, model.read(tensor.name)]).toEqual([tensor.name, floats(tensor)]);
		}
	});

	test('of half precision are what native code reads of them, all 63,488 finite numbers', async () => {
		const config = {...tinyConfig, vocab_size: 63488 / 8};
		const bits = Uint16Array.from({length: 63488}, (_, i) => (i < 31744 ? i : i - 31744 + 32768));
		const others = tinyTensors(config, 'F16').slice(1);
		const wte = {name: 'wte.weight', dtype: 'F16', shape: [63488 / 8, 8], data: new Uint8Array(bits.buffer)};
		writeDirectory(directory(), {config, tensors: [wte, ...others]});
		using model = await load();
		const metadata = {format: 'sophia', config: JSON.stringify(model.config)};
		writeFileSync(at('a.safetensors'), safetensors([wte, ...others], metadata));
		using native = await Gpt2.load(at('a.safetensors'), {device: 'cpu'});
		const bytes = (values: Float32Array) => Buffer.from(values.buffer);
		expect(bytes(model.read('wte.weight')).equals(bytes(native.read('wte.weight')))).toBe(true);
	});

	test('may have a head, if it is the embedding', async () => {
		const config = {...tinyConfig, tie_word_embeddings: false};
		writeDirectory(directory(), {config, tensors: [...tensors, head(floats(embedding))]});
		using model = await load();
		expect(model.read('wte.weight')).toEqual(floats(embedding));
	});

	test('take another context and another dropout', async () => {
		writeDirectory(directory(), {});
		using model = await load({context: 4, dropout: 0.5});
		expect(model.config).toMatchObject({context: 4, dropout: 0.5});
		const positions = floats(wpe);
		expect(model.read('wpe.weight')).toEqual(positions.subarray(0, 4 * 8));
		await expect(load({context: 7})).rejects.toThrow('Expected `context` to be an integer in [1, 6], got `7`');
		await expect(load({dropout: 1})).rejects.toThrow('Expected `dropout` to be in [0, 1)');
		await expect(load({contxt: 1})).rejects.toThrow('Unknown option `contxt`, did you mean `context`?');
		await expect(load({context: null})).rejects.toMatchObject({code: 'ERR_SOPHIA_INVALID_ARGUMENT'});
	});

	test('of a checkpoint are taken the same way', async () => {
		using first = await Gpt2.create({layers: 1, heads: 1, width: 4, context: 6, vocabulary: 5, bias: false});
		await first.save(at('a.safetensors'));
		using model = await Gpt2.fromPretrained(at('a.safetensors'), {context: 3, device: 'cpu'});
		expect(model.config).toEqual({...first.config, context: 3});
		expect(model.read('wte.weight')).toEqual(first.read('wte.weight'));
		expect(model.read('wpe.weight')).toEqual(first.read('wpe.weight').subarray(0, 3 * 4));
	});

	test.each<[string, () => unknown, string | RegExp]>([
		['no config.json', () => rmSync(at('config.json')), /ERR_SOPHIA_IO .*ENOENT.*config\.json/],
		['a config.json of a directory', () => writeFileSync(at('config.json'), '[]'), '`its content` to be an object'],
		['another architecture', () => rewrite({config: {...tinyConfig, model_type: 'opt'}}), 'one of `gpt2`, got `opt`'],
		[
			'another shape',
			() => rewrite({config: {...tinyConfig, n_embd: 16}, tensors}),
			'`wte.weight` to be 11×16, got 11×8',
		],
		['another number of layers', () => rewrite({config: {...tinyConfig, n_layer: 1}, tensors}), 'others, got `h.1.'],
		['no weights', () => rmSync(at('model.safetensors')), /ERR_SOPHIA_IO .*got neither: weights in another format/],
		['weights cut short', () => cut(-1), 'not a safetensors file'],
		['weights with more at the end', () => appendFileSync(at('model.safetensors'), 'x'), 'not a safetensors file'],
		['a tensor missing', () => rewrite({tensors: tensors.slice(1)}), 'Expected a tensor `wte.weight`, got 27 others'],
		['a number that is none', () => rewrite({tensors: spoilt('ln_f.bias', NaN)}), '`ln_f.bias` holds NaN'],
		['infinity', () => rewrite({tensors: spoilt('wpe.weight', -Infinity)}), '`wpe.weight` holds -Infinity'],
		[
			'another head',
			() => rewrite({tensors: [...tensors, head(floats(embedding).fill(0.5, 87))]}),
			'Expected `lm_head.weight` to be equal to `wte.weight`, got other numbers: the output head of a model here is its',
		],
		[
			'a head of another shape',
			() => rewrite({tensors: [...tensors, head(floats(embedding), [8, 11])]}),
			'Expected `lm_head.weight` to be equal to `wte.weight`',
		],
		[
			'no head where it is not tied',
			() => rewrite({config: {...tinyConfig, tie_word_embeddings: false}}),
			'Expected `lm_head.weight`, as `tie_word_embeddings` is false, got no such tensor',
		],
	])('of a directory with %s are refused, and no model is left', async (_name, spoil, message) => {
		writeDirectory(directory(), {});
		spoil();
		const refused = await load().then(String, (error: unknown) => {
			const {code, message} = error as {code: string; message: string};
			return `${code} ${message}`;
		});
		expect(refused).toMatch(/^ERR_SOPHIA_(IO|FORMAT) /);
		expect(refused).toMatch(message);
	});

	test('are refused before memory is taken where the shape promises more than the file holds', () => {
		writeDirectory(directory(), {config: {...tinyConfig, n_embd: 2 ** 20, n_head: 1}, tensors});
		expect(() => findWeights(directory())).toThrow(expect.objectContaining({code: 'ERR_SOPHIA_FORMAT'}));
		writeDirectory(directory(), {config: {...tinyConfig, n_layer: 2 ** 31 - 1}, tensors});
		expect(() => findWeights(directory())).toThrow(expect.objectContaining({code: 'ERR_SOPHIA_FORMAT'}));
	});
});

const rewrite = (what: Parameters<typeof writeDirectory>[1]) => writeDirectory(directory(), what);

function cut(end: number): void {
	writeFileSync(at('model.safetensors'), readFileSync(at('model.safetensors')).subarray(0, end));
}
