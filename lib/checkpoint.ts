/** What a checkpoint says about the run it belongs to. Its numbers are read and written by native code. */
import * as check from './check';
import {dtypes, makeConfig, parameterCount, type Dtype, type Gpt2Config} from './config';
import type {DatasetOptions} from './dataset';
import {argumentError, SophiaError, wrap} from './errors';
import {native, type CheckpointHeader} from './native';
import type {OptimizerJson} from './optimizers/optimizer';
import {bytes, gpt2, tokenizerNamed, type Tokenizer} from './tokenizer';
import type {Training} from './training';

/** What makes a run what it is besides its model, as JSON; a trainer's checkpoints carry it in `training`. */
export interface RunJson {
	readonly optimizer: OptimizerJson;
	readonly data: Required<DatasetOptions>;
	readonly training: Training;
	/** Of the model's passes; float32 where it is not said. */
	readonly dtype?: Dtype;
}

/**
The metadata and the tensors' names and shapes of a safetensors file, without the numbers.

@throws SophiaError `ERR_SOPHIA_IO` when it cannot be read, `ERR_SOPHIA_FORMAT` when it is damaged.
*/
export function readCheckpoint(path: string): CheckpointHeader {
	return wrap(() => native().readCheckpoint(check.path('path', path)));
}

/** The shape of a checkpoint's model. @throws SophiaError `ERR_SOPHIA_FORMAT` when it holds none */
export function checkpointConfig(path: string): Gpt2Config {
	const {metadata, tensors} = readCheckpoint(path);
	const config = expect(path, 'a model', () => makeConfig(JSON.parse(metadata.config ?? '') as Gpt2Config));
	const parameters = tensors.filter(({name}) => !name.startsWith('optimizer.'));
	const held = parameters.reduce((sum, {shape}) => sum + shape.reduce((product, size) => product * size, 1), 0);
	if (held !== parameterCount(config)) {
		const expected = `${parameterCount(config)} parameters`;
		throw new SophiaError('ERR_SOPHIA_FORMAT', `Expected \`${path}\` to hold ${expected}, got ${held}`);
	}
	return config;
}

/**
Holds a model's shape against that of a checkpoint.

@throws RangeError `ERR_SOPHIA_INVALID_ARGUMENT` when they differ; see also `checkpointConfig`.
*/
export function checkSameModel(path: string, model: Gpt2Config): void {
	checkSameShape(path, checkpointConfig(path), model);
}

/** Holds a model's shape against the one that is saved there. @throws RangeError `ERR_SOPHIA_INVALID_ARGUMENT` */
export function checkSameShape(path: string, saved: Gpt2Config, model: Gpt2Config): void {
	const different = Object.entries(saved).find(([name, value]) => model[name as keyof Gpt2Config] !== value);
	if (different !== undefined) {
		const [name, value] = different;
		const given = model[name as keyof Gpt2Config];
		throw argumentError('range', `Expected the model of \`${path}\`, with ${name} ${value}, got ${name} ${given}`);
	}
}

/**
Holds data against that of a checkpoint's run: it may lie elsewhere, but must be tokens of the same kind.

@throws RangeError `ERR_SOPHIA_INVALID_ARGUMENT` when it is not
*/
export function checkSameTokens(path: string, given: Pick<RunJson['data'], 'tokenizer' | 'vocabulary'>): void {
	const {data} = checkpointRun(path);
	for (const name of ['tokenizer', 'vocabulary'] as const) {
		if (data[name] !== given[name]) {
			const expected = `Expected data with the ${name} of the run of \`${path}\`, ${data[name]}`;
			throw argumentError('range', `${expected}, got ${given[name]}`);
		}
	}
}

/** The run that a checkpoint belongs to. @throws SophiaError `ERR_SOPHIA_FORMAT` when it belongs to none */
export function checkpointRun(path: string): RunJson {
	const {metadata} = readCheckpoint(path);
	return expect(path, 'a training run', () => {
		const json = check.object('training', JSON.parse(metadata.training ?? ''));
		for (const part of ['optimizer', 'data', 'training']) {
			check.object(part, json[part]);
		}
		check.oneOf('dtype', json.dtype ?? 'float32', dtypes);
		return json as unknown as RunJson;
	});
}

/** Vocabularies of models over GPT-2's tokens: as it is, and padded to a multiple of 64 as nanoGPT does. */
const gpt2Vocabularies = [gpt2.vocabulary, Math.ceil(gpt2.vocabulary / 64) * 64];

/** The tokenizer of a checkpoint's run; for a model without a run GPT-2's, if the vocabulary is, or else bytes. */
export function checkpointTokenizer(path: string): Tokenizer {
	if (readCheckpoint(path).metadata.training !== undefined) {
		return expect(path, 'a training run', () => tokenizerNamed(checkpointRun(path).data.tokenizer));
	}
	return gpt2Vocabularies.includes(checkpointConfig(path).vocabulary) ? gpt2 : bytes;
}

/** The steps that the run of a checkpoint has taken; nothing for a model without a run. */
export function checkpointStep(path: string): number | undefined {
	const {progress = '{}'} = readCheckpoint(path).metadata;
	return expect(path, 'a training run', () => (JSON.parse(progress) as {readonly step?: number}).step);
}

function expect<T>(path: string, what: string, read: () => T): T {
	try {
		return read();
	} catch (cause) {
		throw new SophiaError('ERR_SOPHIA_FORMAT', `Expected \`${path}\` to be the checkpoint of ${what}`, {cause});
	}
}
