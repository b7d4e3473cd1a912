/** A directory that transformers reads: shape, weights and, where it is GPT-2's, the tokenizer. */
import {mkdir, mkdtemp, rm, type FileHandle} from 'node:fs/promises';
import {join} from 'node:path';
import {path as checkPath} from '../check';
import {checkpointConfig} from '../checkpoint';
import {throwIfAborted, wrap, wrapAsync} from '../errors';
import {writeWhole} from '../files';
import {native, type NativeGpt2} from '../native';
import {sizeOf, type Parameter} from '../vector';
import {gpt2} from '../tokenizer';
import {toConfigJson} from './config';
import {configFile, weightsFile} from './directory';
import {prefix} from './names';
import {numbersOf, storedTensors, type StoredTensor} from './tensors';
import {tokenizerFiles} from './tokenizer';

/**
Writes the model of a checkpoint, piece by piece. `config.json` is removed before the weights take their place and
written after everything else: a directory that has one is whole.

@param signal stops it between two tensors; nothing is left of it
@throws SophiaError `ERR_SOPHIA_IO`, `ERR_SOPHIA_FORMAT` when it is no checkpoint of a model, `ABORT_ERR`
*/
export async function exportCheckpoint(checkpoint: string, directory: string, signal?: AbortSignal): Promise<void> {
	const config = checkpointConfig(checkpoint);
	const tensors = new Map(storedTensors(checkpoint).map((tensor) => [tensor.name, tensor]));
	const parameters = wrap(() => native().parametersOf({...config, bias: true})); // transformers' GPT-2 has all of them
	const settings = join(checkPath('directory', directory), configFile);
	await wrapAsync(async () => {
		await mkdir(directory, {recursive: true});
		await writeWhole(join(directory, weightsFile), async (file) => {
			await file.appendFile(header(parameters));
			for (const parameter of parameters) {
				throwIfAborted(signal);
				await append(file, parameter, tensors.get(parameter.name));
			}
			await rm(settings, {force: true});
		});
		const tokenizer = config.vocabulary === gpt2.vocabulary ? tokenizerFiles() : {};
		const json = `${JSON.stringify(toConfigJson(config), undefined, 2)}\n`;
		for (const [name, text] of Object.entries({...tokenizer, [configFile]: json})) {
			await writeWhole(join(directory, name), (file) => file.writeFile(text));
		}
	});
}

/** Writes a model, as it is at the call, by way of a checkpoint in the directory. */
export async function exportModel(model: NativeGpt2, directory: string): Promise<void> {
	await wrapAsync(async () => {
		await mkdir(checkPath('directory', directory), {recursive: true});
		const place = await mkdtemp(join(directory, 'checkpoint.tmp-'));
		try {
			const checkpoint = join(place, weightsFile);
			await model.save(checkpoint);
			await exportCheckpoint(checkpoint, directory);
		} finally {
			await rm(place, {recursive: true, force: true});
		}
	});
}

/** A safetensors header, https://huggingface.co/docs/safetensors. transformers reads no file without a `format`. */
function header(parameters: readonly Parameter[]): Uint8Array {
	let end = 0;
	const entries = parameters.map((parameter) => {
		const begin = end;
		end += Float32Array.BYTES_PER_ELEMENT * sizeOf(parameter);
		return [`${prefix}${parameter.name}`, {dtype: 'F32', shape: parameter.shape, data_offsets: [begin, end]}];
	});
	const json = JSON.stringify({__metadata__: {format: 'pt'}, ...Object.fromEntries(entries)});
	const text = Buffer.from(json.padEnd(8 * Math.ceil(json.length / 8))); // so that the numbers are aligned
	const length = Buffer.alloc(8);
	length.writeBigUInt64LE(BigInt(text.length));
	return Buffer.concat([length, text]);
}

/** The numbers of a parameter, or zeros for a bias that the model does not have. */
async function append(file: FileHandle, parameter: Parameter, tensor: StoredTensor | undefined): Promise<void> {
	if (tensor === undefined) {
		await file.appendFile(new Uint8Array(Float32Array.BYTES_PER_ELEMENT * sizeOf(parameter)));
		return;
	}
	for await (const {buffer, byteOffset, byteLength} of numbersOf(tensor)) {
		await file.appendFile(new Uint8Array(buffer, byteOffset, byteLength));
	}
}
