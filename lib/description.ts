/**
The description of a directory of shards, `dataset.json`. It stands for two shards of the same text: while they take their
places it says that they are unfinished, and a crash in between leaves it so.
*/
import {realpath} from 'node:fs/promises';
import {basename, dirname, join} from 'node:path';
import * as check from './check';
import {wrongFile} from './errors';
import {isTemporaryOf, writeWhole} from './files';
import {inFile, readJson} from './pretrained/json';
import {shardFormats, standardFormat, type ShardFormat} from './shard';
import {tokenizerNames} from './tokenizer';

/** What `dataset.json` says. Files are relative to it. */
export interface DatasetDescription {
	readonly tokenizer: string;
	readonly vocabulary: number;
	/** @default 'llm.c' */
	readonly format: ShardFormat;
	readonly train: DescribedShard;
	readonly validation: DescribedShard;
}

export interface DescribedShard {
	readonly file: string;
	readonly tokens: number;
}

export const descriptionFile = 'dataset.json';

/** The shards beside it, as nanoGPT calls them. */
export const trainFile = 'train.bin';
export const validationFile = 'val.bin';

/** Writes the description of a directory, or, without one, that its shards are unfinished. */
export async function writeDescription(directory: string, description?: DatasetDescription): Promise<void> {
	const json = JSON.stringify(description ?? {unfinished: true}, undefined, 2);
	await writeWhole(join(directory, descriptionFile), (file) => file.writeFile(`${json}\n`));
}

/**
What the description in that file says.

@throws SophiaError `ERR_SOPHIA_FORMAT` when it is none or unfinished, `ERR_SOPHIA_IO` when it cannot be read
*/
export function readDescription(path: string): DatasetDescription {
	const {unfinished, tokenizer, vocabulary, format, train, validation} = readJson(path);
	if (unfinished === true) {
		throw wrongFile(path, 'the preparation of the shards beside it did not come to its end; prepare them again');
	}
	return inFile(path, () => ({
		tokenizer: check.oneOf('tokenizer', tokenizer, tokenizerNames),
		vocabulary: check.count('vocabulary', vocabulary),
		format: check.oneOf('format', format ?? standardFormat, shardFormats),
		train: shard('train', train),
		validation: shard('validation', validation),
	}));
}

function shard(name: string, given: unknown): DescribedShard {
	const {file, tokens} = check.object(name, given);
	return {file: check.path(`${name}.file`, file), tokens: check.integer(`${name}.tokens`, tokens, 1)};
}

/**
Tells the files of the dataset of a directory, there or left by a crash, from all others. Paths to be told are absolute and
without links in them.
*/
export async function ownFiles(directory: string): Promise<(path: string) => boolean> {
	const real = await realpath(directory).catch(() => undefined); // it has none where it is not there yet
	const own = [descriptionFile, trainFile, validationFile];
	return (path) =>
		dirname(path) === real && own.some((name) => basename(path) === name || isTemporaryOf(name, basename(path)));
}
