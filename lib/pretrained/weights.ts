/** The weights of a model from elsewhere: found and checked before memory is taken, and read into a model. */
import {statSync} from 'node:fs';
import {join} from 'node:path';
import {inRange, integer, knownKeys, object, path as checkPath} from '../check';
import {checkpointConfig} from '../checkpoint';
import {makeConfig, placementKeys, type Gpt2Config, type Placement} from '../config';
import {wrap, wrongFile} from '../errors';
import {merge} from '../merge';
import type {NativeGpt2} from '../native';
import {sizeOf} from '../vector';
import {fromConfigJson} from './config';
import {configFile, directoryTensors} from './directory';
import {inFile, readJson} from './json';
import {checkpointTensors, nameTensors, type NamedTensors} from './names';
import {piecesOf, sameNumbers, type StoredTensor} from './tensors';

/** What of a model from elsewhere may be otherwise here. */
export interface PretrainedOptions extends Placement {
	/**
	Positions that are kept, from the first on, at most the model's: the embeddings of the others are cut off, as
	nanoGPT's `crop_block_size` does. Shorter sequences give the same logits as before.

	@default all
	*/
	readonly context?: number;
	/** Probability of dropping an activation while training. @default what the files say, 0.1 for GPT-2 */
	readonly dropout?: number;
}

/** Weights that were found, and the model that they are for. */
export interface Weights {
	readonly config: Gpt2Config;
	readonly placement: Placement;
	/** Writes every parameter. @throws SophiaError `ERR_SOPHIA_IO`, `ERR_SOPHIA_FORMAT` */
	readonly fill: (model: NativeGpt2) => Promise<void>;
}

/**
The weights of a directory of transformers, or of a checkpoint.

@throws TypeError, RangeError `ERR_SOPHIA_INVALID_ARGUMENT` for an option out of bounds or unknown.
@throws SophiaError `ERR_SOPHIA_IO`, `ERR_SOPHIA_FORMAT`
*/
export function findWeights(path: string, options: PretrainedOptions = {}): Weights {
	knownKeys(object('options', options), [...placementKeys, 'context', 'dropout']);
	const {context, dropout, ...placement} = options;
	const probability = dropout === undefined ? undefined : inRange('dropout', dropout, 0, 1);
	const directory = wrap(() => statSync(checkPath('path', path))).isDirectory();
	const {config, tensors} = directory ? openDirectory(path, probability) : openCheckpoint(path);
	const kept = context === undefined ? config.context : integer('context', context, 1, config.context);
	return {
		config: makeConfig(merge(config, {context: kept, dropout: probability})),
		placement,
		fill: (model) => fill(model, path, tensors),
	};
}

interface Opened {
	readonly config: Gpt2Config;
	readonly tensors: NamedTensors;
}

function openDirectory(directory: string, dropout: number | undefined): Opened {
	const file = join(directory, configFile);
	const {config, tied} = inFile(file, () => fromConfigJson(readJson(file), dropout));
	const tensors = nameTensors(directory, directoryTensors(directory), config);
	if (!tied && tensors.head === undefined) {
		throw wrongFile(directory, 'Expected `lm_head.weight`, as `tie_word_embeddings` is false, got no such tensor');
	}
	return {config, tensors};
}

function openCheckpoint(path: string): Opened {
	const config = checkpointConfig(path);
	return {config, tensors: checkpointTensors(path, config)};
}

/** Reads tensor by tensor, as they lie in the files, through memory that holds the largest of them. */
async function fill(model: NativeGpt2, source: string, {parameters, head}: NamedTensors): Promise<void> {
	const sizes = new Map(model.parameters().map((parameter) => [parameter.name, sizeOf(parameter)]));
	const memory = new Float32Array(Math.max(...sizes.values()));
	for (const [name, tensor] of parameters) {
		const values = memory.subarray(0, sizes.get(name));
		await readInto(values, tensor);
		wrap(() => model.write(name, values));
		if (name === embedding && head !== undefined && !(await sameNumbers(head, tensor))) {
			const reason = 'the output head of a model here is its token embedding';
			throw wrongFile(
				source,
				`Expected \`${head.name}\` to be equal to \`${tensor.name}\`, got other numbers: ${reason}`,
			);
		}
	}
}

const embedding = 'wte.weight';

/** The first numbers of a tensor: of the position embeddings those of the positions that are kept. */
async function readInto(values: Float32Array, tensor: StoredTensor): Promise<void> {
	let done = 0;
	for await (const piece of piecesOf(tensor, values.length)) {
		const odd = piece.find((x) => !Number.isFinite(x));
		if (odd !== undefined) {
			throw wrongFile(tensor.path, `Expected finite numbers, but \`${tensor.name}\` holds ${odd}`);
		}
		values.set(piece, done);
		done += piece.length;
	}
}
