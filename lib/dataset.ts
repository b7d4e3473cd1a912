/** Where the tokens are. */
import {existsSync} from 'node:fs';
import {join, resolve} from 'node:path';
import * as check from './check';
import {descriptionFile, readDescription, trainFile, validationFile} from './description';
import {wrongFile} from './errors';
import type {PrepareOptions} from './preparation';
import {prepare} from './prepare';
import {countTokens, guessFormat, shardFormats, standardFormat, type ShardFormat} from './shard';
import {gpt2, tokenizerNamed, type Tokenizer} from './tokenizer';

/** Two shards by path. */
export interface DatasetOptions {
	/** Path of the shard to train on. */
	readonly train: string;
	/** Path of the shard to validate on. */
	readonly validation: string;
	/** The number of different tokens. @default the tokenizer's */
	readonly vocabulary?: number;
	/** How the tokens were made of text. @default 'bytes' */
	readonly tokenizer?: string;
	/** How both shards were written. Those of nanoGPT have nothing to be known by. @default 'llm.c' */
	readonly format?: ShardFormat;
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
	/** How both shards were written. */
	readonly format: ShardFormat;

	/**
	Shards by path, such as those of llm.c and nanoGPT.

	@throws TypeError, RangeError `ERR_SOPHIA_INVALID_ARGUMENT` for an option out of bounds or unknown.
	@throws SophiaError `ERR_SOPHIA_FORMAT` for a file that is no shard, `ERR_SOPHIA_IO` for one that cannot be read.
	*/
	constructor(options: DatasetOptions) {
		check.knownKeys(check.object('data', options), optionNames);
		this.tokenizer = tokenizerNamed(options.tokenizer ?? 'bytes');
		this.vocabulary = check.count('vocabulary', options.vocabulary ?? this.tokenizer.vocabulary);
		this.format = check.oneOf('format', options.format ?? standardFormat, shardFormats);
		this.train = shard('train', options.train, this.format);
		this.validation = shard('validation', options.validation, this.format);
		Object.freeze(this);
	}

	/**
	Text to token shards in a directory: `train.bin`, `val.bin` and `dataset.json`. The text may be larger than memory, and
	the same text gives the same bytes. Each file is whole or not there; a dataset that the directory already has stays
	until the new one is ready.

	@throws TypeError, RangeError `ERR_SOPHIA_INVALID_ARGUMENT` for an option out of bounds or unknown, and when the text
	is empty, too short for two shards or too long for the format.
	@throws SophiaError `ERR_SOPHIA_IO` when a file cannot be read or written, `ERR_SOPHIA_FORMAT` when one is not what its
	name says or beyond a limit, `ABORT_ERR` when the signal says so.
	*/
	static async prepare(options: PrepareOptions): Promise<Dataset> {
		await prepare(options);
		return Dataset.open(options.directory);
	}

	/**
	The dataset of a directory that `prepare` wrote, or of one that nanoGPT did: without a description, `train.bin` and
	`val.bin` are its shards of GPT-2's tokens.

	@throws SophiaError `ERR_SOPHIA_IO` when it has none, `ERR_SOPHIA_FORMAT` when it is not what it says.
	*/
	static open(directory: string): Dataset {
		const path = join(check.path('directory', directory), descriptionFile);
		if (!existsSync(path) && undescribed.every((file) => existsSync(join(directory, file)))) {
			return openUndescribed(directory);
		}
		const {tokenizer, vocabulary, format, train, validation} = readDescription(path);
		const data = new Dataset({
			train: join(directory, train.file),
			validation: join(directory, validation.file),
			vocabulary,
			tokenizer,
			format,
		});
		if (data.train.tokens !== train.tokens || data.validation.tokens !== validation.tokens) {
			throw wrongFile(path, 'describes other shards than those beside it');
		}
		return data;
	}

	/** What the constructor takes, with absolute paths. */
	toJSON(): Required<DatasetOptions> {
		const {train, validation, vocabulary, tokenizer, format} = this;
		return {train: train.path, validation: validation.path, vocabulary, tokenizer: tokenizer.name, format};
	}
}

const optionNames = ['train', 'validation', 'vocabulary', 'tokenizer', 'format'];

function shard(name: string, path: unknown, format: ShardFormat): Shard {
	const absolute = resolve(check.path(name, path));
	return Object.freeze({path: absolute, tokens: countTokens(absolute, format)});
}

/** What nanoGPT calls its shards. */
const undescribed = [trainFile, validationFile];

/** nanoGPT describes other tokens than GPT-2's, such as characters, in a pickle of Python's, which nothing here reads. */
function openUndescribed(directory: string): Dataset {
	const [train = '', validation = ''] = undescribed.map((file) => join(directory, file));
	const pickle = join(directory, 'meta.pkl');
	if (existsSync(pickle)) {
		const advice = `\`new Dataset\` takes the shards with their \`vocabulary\``;
		throw wrongFile(pickle, `says what the tokens are, and is not read; ${advice}`);
	}
	return new Dataset({train, validation, tokenizer: gpt2.name, format: guessFormat(train)});
}
