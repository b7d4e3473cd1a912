/** A directory that transformers reads: shape, weights and, where it is GPT-2's, the tokenizer. */
import {mkdtemp, readFile, rm, type FileHandle} from 'node:fs/promises';
import {join} from 'node:path';
import {path as checkPath} from '../check';
import {checkpointConfig} from '../checkpoint';
import {throwIfAborted, wrap, wrapAsync} from '../errors';
import {inDirectory, writeWhole} from '../files';
import {native, type NativeGpt2} from '../native';
import {safetensorsHeader} from '../safetensors';
import {sizeOf, type Parameter} from '../vector';
import {gpt2} from '../tokenizer';
import {toConfigJson} from './config';
import {configFile, weightsFile} from './directory';
import {checkpointTensors, prefix} from './names';
import {piecesOf, type StoredTensor} from './tensors';
import {tokenizerFiles, tokenizerNames} from './tokenizer';

/**
Writes the model of a checkpoint, piece by piece. `config.json` is removed before the weights take their place and
written after everything else: a directory that has one is whole.

GPT-2's tokenizer of an earlier export is removed where the vocabulary is not its; a tokenizer of another hand stays.

@param signal stops it between two tensors; nothing is left of it, not of the directory either if it was made
@throws SophiaError `ERR_SOPHIA_IO`, `ERR_SOPHIA_FORMAT` when it is no checkpoint of a model, `ABORT_ERR`
*/
export async function exportCheckpoint(checkpoint: string, directory: string, signal?: AbortSignal): Promise<void> {
	const config = checkpointConfig(checkpoint);
	const tensors = checkpointTensors(checkpoint, config).parameters;
	const parameters = wrap(() => native().parametersOf({...config, bias: true})); // transformers' GPT-2 has all of them
	const at = (name: string) => join(directory, name);
	await inPlace(directory, async () => {
		await writeWhole(at(weightsFile), async (file) => {
			const named = parameters.map(({name, shape}) => ({name: `${prefix}${name}`, shape}));
			await file.appendFile(safetensorsHeader(named, {format: 'pt'})); // transformers reads no file without it
			for (const parameter of parameters) {
				throwIfAborted(signal);
				await append(file, parameter, tensors.get(parameter.name));
			}
			await rm(at(configFile), {force: true});
		});
		const isGpt2 = config.vocabulary === gpt2.vocabulary;
		const tokenizer = isGpt2 ? tokenizerFiles() : {};
		if (!isGpt2) {
			await removeTokenizer(directory);
		}
		const json = `${JSON.stringify(toConfigJson(config), undefined, 2)}\n`;
		for (const [name, text] of Object.entries({...tokenizer, [configFile]: json})) {
			await writeWhole(at(name), (file) => file.writeFile(text));
		}
	});
}

/** Removes those files of GPT-2's tokenizer that are as they were written here. */
async function removeTokenizer(directory: string): Promise<void> {
	for (const name of tokenizerNames) {
		const path = join(directory, name);
		const text = await readFile(path, 'utf8').catch(() => undefined);
		if (text !== undefined && text === tokenizerFiles()[name]) {
			await rm(path);
		}
	}
}

async function inPlace(directory: string, work: () => Promise<void>): Promise<void> {
	await wrapAsync(() => inDirectory(checkPath('directory', directory), work));
}

/** Writes a model, as it is at the call, by way of a checkpoint in the directory. */
export async function exportModel(model: NativeGpt2, directory: string): Promise<void> {
	await inPlace(directory, async () => {
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

/** The numbers of a parameter, or zeros for a bias that the model does not have. */
async function append(file: FileHandle, parameter: Parameter, tensor: StoredTensor | undefined): Promise<void> {
	if (tensor === undefined) {
		await file.appendFile(new Uint8Array(Float32Array.BYTES_PER_ELEMENT * sizeOf(parameter)));
		return;
	}
	for await (const {buffer, byteOffset, byteLength} of piecesOf(tensor)) {
		await file.appendFile(new Uint8Array(buffer, byteOffset, byteLength));
	}
}
