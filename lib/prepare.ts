/**
Text to token shards, in one pass over the text and in memory that does not grow with it.

The description, `dataset.json`, is removed before the first shard takes its place and written after the second has: a
directory that has one holds two shards of the same text.
*/
import {mkdir, rm, type FileHandle} from 'node:fs/promises';
import {join} from 'node:path';
import * as check from './check';
import {argumentError, throwIfAborted, wrapAsync} from './errors';
import {writeWhole} from './files';
import {byteTokens, maximumTokens, shardHeader} from './shard';
import {ByteReader, textOfFiles, textOfString} from './text';
import {bytes} from './tokenizer';

/** What is made into shards, and where they go. Either `files` or `text` is given. */
export interface PrepareOptions {
	/** Text files, read one after the other as if they were one. Their bytes are the tokens, whatever the encoding. */
	readonly files?: readonly string[];
	/** The text itself, instead of files. */
	readonly text?: string;
	/** Where `train.bin`, `val.bin` and `dataset.json` go; made if it does not exist. */
	readonly directory: string;
	/** Part of the text kept for validation, in (0, 1): its end, so that no training text follows it. @default 0.1 */
	readonly validation?: number;
	/** Stops the work between two chunks; nothing is left of it. */
	readonly signal?: AbortSignal;
	/** Called after each chunk. */
	readonly onProgress?: (progress: PrepareProgress) => void;
}

/** How far the preparation is. */
export interface PrepareProgress {
	/** Bytes of text done. */
	readonly bytes: number;
	/** Bytes of text in all. */
	readonly total: number;
}

/** What `dataset.json` says. Files are relative to it. */
export interface DatasetDescription {
	readonly tokenizer: string;
	readonly vocabulary: number;
	readonly train: {readonly file: string; readonly tokens: number};
	readonly validation: {readonly file: string; readonly tokens: number};
}

/** The description of a directory of shards. */
export const descriptionFile = 'dataset.json';

/** Part of a text that is kept for validation, unless told otherwise. */
export const validationPart = 0.1;

const optionNames = ['files', 'text', 'directory', 'validation', 'signal', 'onProgress'];

/** A shard needs a token to read and one to predict. */
const fewestTokens = 2;

/** Writes the shards and the description. See `Dataset.prepare`. */
export async function prepare(options: PrepareOptions): Promise<void> {
	const {files, text, directory, validation, signal, onProgress} = checked(options);
	throwIfAborted(signal);

	await wrapAsync(async () => {
		const {total, chunks} = text === undefined ? await textOfFiles(files) : textOfString(text);
		const description = describe(total, validation);
		await mkdir(directory, {recursive: true});
		let bytes = 0;
		await writeDataset(directory, description, new ByteReader(chunks), (more) => {
			throwIfAborted(signal);
			bytes += more;
			onProgress({bytes, total});
		});
	});
}

function checked(options: PrepareOptions) {
	check.knownKeys(check.object('options', options), optionNames);
	const {files, text, directory, validation = validationPart, signal, onProgress = () => undefined} = options;
	if ((files === undefined) === (text === undefined)) {
		throw argumentError('type', `Expected \`files\` or \`text\`, got ${text === undefined ? 'neither' : 'both'}`);
	}
	return {
		files: Array.from(check.list('files', files ?? []), (file, i) => check.path(`files[${i}]`, file)),
		text: text === undefined ? undefined : check.text('text', text),
		directory: check.path('directory', directory),
		validation: check.properFraction('validation', validation),
		signal: check.signal('signal', signal),
		onProgress: check.callable('onProgress', onProgress),
	};
}

function describe(total: number, fraction: number): DatasetDescription {
	const validation = Math.round(total * fraction);
	const train = total - validation;
	if (Math.min(train, validation) < fewestTokens) {
		const need = `${fewestTokens} bytes or more to train on and to validate on`;
		throw argumentError('range', `Expected the text to have ${need}, got ${train} and ${validation}`);
	}
	if (Math.max(train, validation) > maximumTokens) {
		throw argumentError('range', `Expected the text to have at most ${maximumTokens} bytes a shard, got ${total}`);
	}
	return {
		tokenizer: bytes.name,
		vocabulary: bytes.vocabulary,
		train: {file: 'train.bin', tokens: train},
		validation: {file: 'val.bin', tokens: validation},
	};
}

async function writeDataset(
	directory: string,
	description: DatasetDescription,
	reader: ByteReader,
	onBytes: (count: number) => void,
): Promise<void> {
	const path = join(directory, descriptionFile);
	const shard = async (file: FileHandle, tokens: number) => {
		await file.write(shardHeader(tokens));
		for await (const chunk of reader.take(tokens)) {
			await file.write(byteTokens(chunk));
			onBytes(chunk.length);
		}
	};
	try {
		const {train, validation} = description;
		await writeWhole(join(directory, train.file), async (trainFile) => {
			await shard(trainFile, train.tokens);
			await writeWhole(join(directory, validation.file), async (validationFile) => {
				await shard(validationFile, validation.tokens);
				await rm(path, {force: true});
			});
		});
		await writeWhole(path, (file) => file.writeFile(`${JSON.stringify(description, undefined, 2)}\n`));
	} finally {
		await reader.close();
	}
}
