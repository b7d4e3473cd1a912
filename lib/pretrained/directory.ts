/** What the files of a directory of transformers are called, and the tensors in them: one file, or shards by an index. */
import {existsSync} from 'node:fs';
import {basename, join} from 'node:path';
import {got, object, path as checkPath} from '../check';
import {SophiaError, wrongFile} from '../errors';
import {inFile, readJson} from './json';
import {storedTensors, type StoredTensor} from './tensors';

/** The shape of the model. */
export const configFile = 'config.json';
/** All of its weights. */
export const weightsFile = 'model.safetensors';
/** Or where each of them is. */
export const indexFile = 'model.safetensors.index.json';

/**
Every tensor of a directory, whatever it is.

@throws SophiaError `ERR_SOPHIA_IO` when a file is not there, `ERR_SOPHIA_FORMAT` when one is damaged, or when the index
and the files disagree
*/
export function directoryTensors(directory: string): StoredTensor[] {
	const [whole, index] = [join(directory, weightsFile), join(directory, indexFile)];
	if (existsSync(whole)) {
		return storedTensors(whole);
	}
	if (existsSync(index)) {
		return indexedTensors(directory, index);
	}
	const hint = 'weights in another format, such as pytorch_model.bin, are saved again by transformers as safetensors';
	throw new SophiaError('ERR_SOPHIA_IO', `Expected \`${whole}\` or \`${indexFile}\` beside it, got neither: ${hint}`);
}

function indexedTensors(directory: string, index: string): StoredTensor[] {
	const places = readIndex(index);
	const files = [...new Set(places.values())];
	const tensors = files.flatMap((file) => storedTensors(join(directory, file)));
	for (const {name, path} of tensors) {
		if (places.get(name) !== basename(path)) {
			throw wrongFile(index, `Expected to place \`${name}\` in \`${basename(path)}\`, ${got(places.get(name))}`);
		}
		places.delete(name);
	}
	for (const [name, file] of places) {
		throw wrongFile(index, `Expected \`${file}\` to hold \`${name}\`, got nothing of this name`);
	}
	return tensors;
}

/** The file of each tensor, by its name. Files lie beside the index and nowhere else. */
function readIndex(index: string): Map<string, string> {
	const {weight_map: map} = readJson(index);
	return inFile(index, () => {
		const places = Object.entries(object('weight_map', map)).map(([name, given]) => {
			const file = checkPath(name, given);
			if (basename(file) !== file || !file.endsWith('.safetensors')) {
				throw wrongFile(index, `Expected \`${name}\` to be in a .safetensors file beside the index, ${got(file)}`);
			}
			return [name, file] as const;
		});
		return new Map(places);
	});
}
