/** Where the tokens are. */
import {readFileSync} from 'node:fs';
import {join, resolve} from 'node:path';
import * as check from './check';
import {SophiaError, wrap} from './errors';
import {descriptionFile, prepare, type DatasetDescription, type PrepareOptions} from './prepare';
import {countTokens} from './shard';
import {tokenizerNamed, type Tokenizer} from './tokenizer';

/** Two shards by path. */
export interface DatasetOptions {
	/** Path of the shard to train on. */
	readonly train: string;
	/** Path of the shard to validate on. */
	readonly validation: string;
	/** The number of different tokens. @default 256, of bytes */
	readonly vocabulary?: number;
	/** How the tokens were made of text. @default 'bytes' */
	readonly tokenizer?: string;
}

/** One of the two shards of a dataset. */
export interface Shard {
	/** Absolute. */
	readonly path: string;
	/** Length, in tokens. */
	readonly tokens: number;
}

/**
Two shards of tokens, to train and to validate on. It holds paths, not tokens; the trainer reads them as it goes.

@example
```
const data = await Dataset.prepare({files: ['speeches.txt'], directory: 'data'});
const again = Dataset.open('data');
```
*/
export class Dataset {
	/** What is trained on. */
	readonly train: Shard;
	/** What the loss is measured on. */
	readonly validation: Shard;
	/** The number of different tokens; a model's vocabulary is at least this. */
	readonly vocabulary: number;
	/** How the tokens were made of text. */
	readonly tokenizer: Tokenizer;

	/**
	Shards by path, such as those of llm.c.

	@throws TypeError, RangeError `ERR_SOPHIA_INVALID_ARGUMENT` for an option out of bounds or unknown.
	@throws SophiaError `ERR_SOPHIA_FORMAT` for a file that is no shard, `ERR_SOPHIA_IO` for one that cannot be read.
	*/
	constructor(options: DatasetOptions) {
		check.knownKeys(check.object('data', options), ['train', 'validation', 'vocabulary', 'tokenizer']);
		this.tokenizer = tokenizerNamed(options.tokenizer ?? 'bytes');
		this.vocabulary = check.count('vocabulary', options.vocabulary ?? this.tokenizer.vocabulary);
		this.train = shard('train', options.train);
		this.validation = shard('validation', options.validation);
		Object.freeze(this);
	}

	/**
	Text to byte-level shards in a directory: `train.bin`, `val.bin` and `dataset.json`. The text may be larger than
	memory. Each file is whole or not there; a dataset that the directory already has stays until the new one is ready.

	@throws TypeError, RangeError `ERR_SOPHIA_INVALID_ARGUMENT` for an option out of bounds or unknown, and when the text
	is empty or too short for two shards.
	@throws SophiaError `ERR_SOPHIA_IO` when a file cannot be read or written, `ABORT_ERR` when the signal says so.
	*/
	static async prepare(options: PrepareOptions): Promise<Dataset> {
		await prepare(options);
		return Dataset.open(options.directory);
	}

	/**
	The dataset of a directory that `prepare` wrote.

	@throws SophiaError `ERR_SOPHIA_IO` when it has none, `ERR_SOPHIA_FORMAT` when it is not what it says.
	*/
	static open(directory: string): Dataset {
		const path = join(check.path('directory', directory), descriptionFile);
		const {tokenizer, vocabulary, train, validation} = readDescription(path);
		const data = new Dataset({
			train: join(directory, train.file),
			validation: join(directory, validation.file),
			vocabulary,
			tokenizer,
		});
		if (data.train.tokens !== train.tokens || data.validation.tokens !== validation.tokens) {
			throw new SophiaError('ERR_SOPHIA_FORMAT', `\`${path}\` describes other shards than those beside it`);
		}
		return data;
	}

	/** What the constructor takes, with absolute paths. */
	toJSON(): Required<DatasetOptions> {
		const {train, validation, vocabulary, tokenizer} = this;
		return {train: train.path, validation: validation.path, vocabulary, tokenizer: tokenizer.name};
	}
}

function shard(name: string, path: unknown): Shard {
	const absolute = resolve(check.path(name, path));
	return Object.freeze({path: absolute, tokens: countTokens(absolute)});
}

function readDescription(path: string): DatasetDescription {
	const text = wrap(() => readFileSync(path, 'utf8'));
	try {
		const description = JSON.parse(text) as DatasetDescription;
		for (const {file, tokens} of [description.train, description.validation]) {
			check.path('file', file);
			check.count('tokens', tokens);
		}
		return description;
	} catch (cause) {
		throw new SophiaError('ERR_SOPHIA_FORMAT', `Expected \`${path}\` to describe a dataset`, {cause});
	}
}
