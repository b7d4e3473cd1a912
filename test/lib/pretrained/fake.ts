/** A directory of transformers for the fake addon, whose models have two tensors of nine numbers in all. */
import {mkdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {state} from '../fake';

/** Its numbers: 1 to 9. */
export const numbers = Float32Array.from({length: 9}, (_, i) => i + 1);

export function giveDirectory(directory: string, changes: object = {}): string {
	mkdirSync(directory, {recursive: true});
	const config = {n_layer: 1, n_head: 1, n_embd: 8, n_positions: 16, vocab_size: 256, ...changes};
	writeFileSync(join(directory, 'config.json'), JSON.stringify({model_type: 'gpt2', ...config}));
	writeFileSync(join(directory, 'model.safetensors'), new Uint8Array(numbers.buffer));
	const header = {dtype: 'F32', position: 0};
	state.checkpoint = {
		metadata: {},
		tensors: [
			{...header, name: 'transformer.wte.weight', shape: [2, 3]},
			{...header, name: 'wpe.weight', shape: [1, 3], position: 24},
		],
	};
	return directory;
}
