import {existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {AbortError} from '../../../lib/errors';
import {Gpt2} from '../../../lib/gpt2';
import {exportCheckpoint} from '../../../lib/pretrained/save';
import {tokenizerKind} from '../../../lib/pretrained/tokenizer';
import {storedTensors} from '../../../lib/pretrained/tensors';
import {temporaryDirectory} from '../temporary';

const directory = temporaryDirectory();
const at = (...names: string[]) => join(directory(), ...names);
const shape = {layers: 2, heads: 2, width: 8, context: 6, vocabulary: 11};
const device = {device: 'cpu'} as const;

interface Header {
	readonly __metadata__: object;
	readonly [name: string]: object;
}

function readHeader(path: string): {header: Header; begin: number} {
	const file = readFileSync(path);
	const begin = 8 + Number(file.readBigUInt64LE(0));
	return {header: JSON.parse(file.subarray(8, begin).toString()) as Header, begin};
}

describe('a directory for transformers', () => {
	test('has the shape, and the weights under the names that transformers saves', async () => {
		using model = await Gpt2.create(shape, device);
		await model.savePretrained(at('a', 'b'));
		expect(readdirSync(at('a', 'b')).sort()).toEqual(['config.json', 'model.safetensors']);
		const {header, begin} = readHeader(at('a', 'b', 'model.safetensors'));
		expect(header.__metadata__).toEqual({format: 'pt'});
		expect(begin % 8).toBe(0);
		const names = model.parameters().map(({name}) => `transformer.${name}`);
		expect(Object.keys(header)).toEqual(['__metadata__', ...names]);
		expect(header['transformer.h.0.attn.c_attn.weight']).toMatchObject({dtype: 'F32', shape: [8, 24]});
	});

	test('has GPT-2’s tokenizer where the vocabulary is its', async () => {
		using model = await Gpt2.create({...shape, vocabulary: 50257}, device);
		await model.savePretrained(at('a'));
		const names = ['config.json', 'merges.txt', 'model.safetensors', 'tokenizer_config.json', 'vocab.json'];
		expect(readdirSync(at('a')).sort()).toEqual(names);
		expect(tokenizerKind(at('a'))).toBe('gpt2');
		const config = JSON.parse(readFileSync(at('a', 'config.json'), 'utf8')) as object;
		expect(config).toMatchObject({bos_token_id: 50256, eos_token_id: 50256});
	});

	test('has biases of 0 for a model without any, which predicts the same', async () => {
		using model = await Gpt2.create({...shape, bias: false}, device);
		await model.savePretrained(at('a'));
		using again = await Gpt2.fromPretrained(at('a'), device);
		expect(again.config).toEqual({...model.config, bias: true});
		expect(again.read('h.1.mlp.c_fc.bias')).toEqual(new Float32Array(32));
		expect(again.read('h.1.mlp.c_fc.weight')).toEqual(model.read('h.1.mlp.c_fc.weight'));
		const options = {count: 20, seed: 3};
		expect(await again.generate([1], options)).toEqual(await model.generate([1], options));
	});

	test('leaves out what a run has besides its model', async () => {
		using model = await Gpt2.create(shape, device);
		await model.save(at('a.safetensors'));
		await exportCheckpoint(at('a.safetensors'), at('b'));
		await exportCheckpoint(at('b', 'model.safetensors'), at('c')).catch((error: unknown) => {
			expect(error).toMatchObject({code: 'ERR_SOPHIA_FORMAT'}); // it says no longer that it is one of ours
		});
		expect(storedTensors(at('b', 'model.safetensors')).length).toBe(model.parameters().length);
		expect(existsSync(at('c'))).toBe(false);
	});

	test('is made of exactly the tensors of the model, and only biases are zeros', async () => {
		const checkpoint = at('a.safetensors');
		for (const [name, other] of [
			['h.0.mlp.c_fc.weight', 'h.0.mlp.c_fc.weighs'],
			['h.1.ln_1.bias', 'h.1.ln_9.bias'],
		] as const) {
			using model = await Gpt2.create(shape, device);
			await model.save(checkpoint);
			const file = readFileSync(checkpoint, 'latin1');
			expect(file).toMatch(`"${name}"`);
			writeFileSync(checkpoint, file.replace(`"${name}"`, `"${other}"`), 'latin1');
			const exporting = exportCheckpoint(checkpoint, at('b'));
			await expect(exporting).rejects.toMatchObject({code: 'ERR_SOPHIA_FORMAT'});
			await expect(exporting).rejects.toThrow(`Expected a tensor \`${name}\``);
			expect(existsSync(at('b'))).toBe(false);
		}
	});

	test('keeps no tokenizer of an earlier export, and what others have put there', async () => {
		using earlier = await Gpt2.create({...shape, vocabulary: 50257}, device);
		using model = await Gpt2.create(shape, device);
		await earlier.savePretrained(at('a'));
		writeFileSync(at('a', 'tokenizer_config.json'), '{}'); // the user's own
		await model.savePretrained(at('a'));
		expect(readdirSync(at('a')).sort()).toEqual(['config.json', 'model.safetensors', 'tokenizer_config.json']);
		await earlier.savePretrained(at('a'));
		expect(tokenizerKind(at('a'))).toBe('gpt2');
	});

	test('leaves no directory that was made for it', async () => {
		using model = await Gpt2.create(shape, device);
		await model.save(at('a.safetensors'));
		const stopping = exportCheckpoint(at('a.safetensors'), at('b', 'c'), AbortSignal.abort());
		await expect(stopping).rejects.toBeInstanceOf(AbortError);
		expect(existsSync(at('b'))).toBe(false);
	});

	test('stays whole when writing fails, or is stopped', async () => {
		using model = await Gpt2.create(shape, device);
		await model.save(at('a.safetensors'));
		await exportCheckpoint(at('a.safetensors'), at('b'));
		const before = readFileSync(at('b', 'model.safetensors'));
		const stopping = exportCheckpoint(at('a.safetensors'), at('b'), AbortSignal.abort());
		await expect(stopping).rejects.toBeInstanceOf(AbortError);
		expect(readdirSync(at('b')).sort()).toEqual(['config.json', 'model.safetensors']);
		expect(readFileSync(at('b', 'model.safetensors')).equals(before)).toBe(true);
		mkdirSync(at('b', `config.json.tmp-${process.pid}`)); // where the last file would be written
		await expect(exportCheckpoint(at('a.safetensors'), at('b'))).rejects.toMatchObject({code: 'ERR_SOPHIA_IO'});
		expect(existsSync(at('b', 'config.json'))).toBe(false);
		mkdirSync(at('c', 'model.safetensors'), {recursive: true}); // in the way
		await expect(model.savePretrained(at('c'))).rejects.toMatchObject({code: 'ERR_SOPHIA_IO'});
		expect(readdirSync(at('c'))).toEqual(['model.safetensors']);
	});

	test('is not made of what is no model, nor where there is a file', async () => {
		using model = await Gpt2.create(shape, device);
		writeFileSync(at('file'), '');
		await expect(model.savePretrained(at('file'))).rejects.toMatchObject({code: 'ERR_SOPHIA_IO'});
		await expect(model.savePretrained('')).rejects.toMatchObject({code: 'ERR_SOPHIA_INVALID_ARGUMENT'});
		await expect(exportCheckpoint(at('none'), at('d'))).rejects.toMatchObject({code: 'ERR_SOPHIA_IO'});
		await expect(exportCheckpoint(at('file'), at('d'))).rejects.toMatchObject({code: 'ERR_SOPHIA_FORMAT'});
		expect(existsSync(at('d'))).toBe(false);
		model.dispose();
		await expect(model.savePretrained(at('e'))).rejects.toMatchObject({code: 'ERR_SOPHIA_DISPOSED'});
		expect(existsSync(at('e'))).toBe(false);
	});
});
