/** Directories of transformers, made here without the package's own writer, for tests that change one thing in them. */
import {mkdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';

export interface Tensor {
	readonly name: string;
	readonly dtype: string;
	readonly shape: readonly number[];
	readonly data: Uint8Array;
}

export type Json = Record<string, unknown>;

/** A GPT-2 of two layers, as small as it can be with two heads. */
export const tinyConfig: Json = {
	model_type: 'gpt2',
	n_layer: 2,
	n_head: 2,
	n_embd: 8,
	n_positions: 6,
	vocab_size: 11,
	activation_function: 'gelu_new',
	layer_norm_epsilon: 1e-5,
	scale_attn_by_inverse_layer_idx: false,
	embd_pdrop: 0,
	attn_pdrop: 0,
	resid_pdrop: 0,
};

/** Names and shapes of GPT-2's tensors, from its definition. */
function shapes({n_layer, n_embd, n_positions, vocab_size}: Json): [string, number[]][] {
	const [layers, C, T, V] = [n_layer, n_embd, n_positions, vocab_size] as [number, number, number, number];
	const both = (name: string, ...shape: number[]): [string, number[]][] => [
		[`${name}.weight`, shape],
		[`${name}.bias`, shape.slice(-1)],
	];
	const blocks = Array.from({length: layers}, (_, i) => [
		...both(`h.${i}.ln_1`, C),
		...both(`h.${i}.attn.c_attn`, C, 3 * C),
		...both(`h.${i}.attn.c_proj`, C, C),
		...both(`h.${i}.ln_2`, C),
		...both(`h.${i}.mlp.c_fc`, C, 4 * C),
		...both(`h.${i}.mlp.c_proj`, 4 * C, C),
	]);
	return [['wte.weight', [V, C]], ['wpe.weight', [T, C]], ...blocks.flat(), ...both('ln_f', C)];
}

/** The bits of a float, as its type stores it; the number is one that half precision has, of at most seven bits. */
const encoders: Readonly<Record<string, (x: number) => Uint8Array>> = {
	F32: (x) => new Uint8Array(Float32Array.of(x).buffer),
	BF16: (x) => new Uint8Array(Float32Array.of(x).buffer, 2),
	F16: (x) => {
		const [bits = 0] = new Uint32Array(Float32Array.of(x).buffer);
		const exponent = ((bits >>> 23) & 0xff) - 127 + 15;
		const half = x === 0 ? 0 : ((bits >>> 31) << 15) | (exponent << 10) | ((bits >>> 13) & 0x3ff);
		return new Uint8Array(Uint16Array.of(half).buffer);
	},
};

/** Numbers between −1 and 1, in steps of 1/64, by a generator of its own. */
export function tinyTensors(config: Json = tinyConfig, dtype = 'F32'): Tensor[] {
	let state = 7;
	const draw = () => {
		state = (state * 48271) % 2147483647;
		return ((state % 128) - 64) / 64;
	};
	const encode = encoders[dtype] ?? (() => new Uint8Array(8));
	return shapes(config).map(([name, shape]) => {
		const count = shape.reduce((a, b) => a * b, 1);
		return {name, dtype, shape, data: Buffer.concat(Array.from({length: count}, () => encode(draw())))};
	});
}

/** A safetensors file. */
export function safetensors(tensors: readonly Tensor[], metadata: Json = {format: 'pt'}): Buffer {
	let end = 0;
	const header: Json = {__metadata__: metadata};
	for (const {name, dtype, shape, data} of tensors) {
		header[name] = {dtype, shape, data_offsets: [end, (end += data.length)]};
	}
	const text = Buffer.from(JSON.stringify(header));
	const length = Buffer.alloc(8);
	length.writeBigUInt64LE(BigInt(text.length));
	return Buffer.concat([length, text, ...tensors.map(({data}) => data)]);
}

/** Writes a directory; with more than one shard the tensors are dealt out among files, with an index. */
export function writeDirectory(
	directory: string,
	{
		config = tinyConfig,
		tensors = tinyTensors(config),
		shards = 1,
	}: {config?: Json; tensors?: Tensor[]; shards?: number},
): string {
	mkdirSync(directory, {recursive: true});
	writeFileSync(join(directory, 'config.json'), JSON.stringify(config));
	if (shards === 1) {
		writeFileSync(join(directory, 'model.safetensors'), safetensors(tensors));
		return directory;
	}
	const fileOf = (i: number) => `model-0000${(i % shards) + 1}-of-0000${shards}.safetensors`;
	const map = Object.fromEntries(tensors.map(({name}, i) => [name, fileOf(i)]));
	for (let shard = 0; shard < shards; shard++) {
		const held = tensors.filter((_, i) => i % shards === shard);
		writeFileSync(join(directory, fileOf(shard)), safetensors(held));
	}
	const index = {metadata: {total_size: 0}, weight_map: map};
	writeFileSync(join(directory, 'model.safetensors.index.json'), JSON.stringify(index));
	return directory;
}
