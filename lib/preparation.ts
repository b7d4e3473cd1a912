/** What is made into shards, and how: the options of `Dataset.prepare`, their defaults and their checks. */
import * as check from './check';
import {defaultSeed} from './config';
import {argumentError} from './errors';
import {shardFormats, standardFormat, type ShardFormat} from './shard';
import {splitKinds, type SplitKind} from './split';
import {readDefaults, type ReadOptions} from './text/documents';
import {tokenizerNamed, tokenizerNames, type TokenizerName} from './tokenizer';

/** What is made into shards, and where they go. Either `files` or `text` is given. */
export interface PrepareOptions extends Partial<ReadOptions> {
	/**
	Files and directories, by path. The name of a file says what it holds: `.jsonl`, `.ndjson` and `.json` an object of JSON
	in each line, `.parquet` a table, anything else plain text; `.gz` and `.zst` after it that it is packed. A directory
	means the files in it, however deep, in the order of their paths, without those that an earlier preparation wrote to
	`directory`. Plain text files are documents only for the tokenizer `gpt2`; for `bytes` those that are named are read as
	if they were one.
	*/
	readonly files?: readonly string[];
	/** The text itself, instead of files. */
	readonly text?: string;
	/** Where `train.bin`, `val.bin` and `dataset.json` go; made if it does not exist. */
	readonly directory: string;
	/**
	How tokens are made of text. With `bytes` the bytes of a text are its tokens, whatever its encoding, and a line break
	parts documents; `gpt2` wants UTF-8 and puts `<|endoftext|>` before each document, as llm.c does.

	@default 'bytes'
	*/
	readonly tokenizer?: TokenizerName;
	/** How the shards are written: with llm.c's header or, for more than 2³¹ tokens, as nanoGPT writes them. @default 'llm.c' */
	readonly format?: ShardFormat;
	/** Part of the text kept for validation, in (0, 1). @default 0.1 */
	readonly validation?: number;
	/**
	What is kept for validation: the `end` of all, so that no training text follows it, or whole `documents`, chosen by
	their number and the seed.

	@default 'documents' for JSON lines, parquet and directories, 'end' for the rest
	*/
	readonly split?: SplitKind;
	/** Seed of the choice among documents. @default 1337 */
	readonly seed?: number;
	/** Stops the work between two pieces; nothing is left of it. */
	readonly signal?: AbortSignal;
	/** Called from time to time, and at the end. */
	readonly onProgress?: (progress: PrepareProgress) => void;
}

/** How far the preparation is. */
export interface PrepareProgress {
	/** Bytes of the files, or of the text, done. */
	readonly bytes: number;
	/** Bytes of the files, or of the text, in all. */
	readonly total: number;
}

export const prepareDefaults = {
	...readDefaults,
	files: undefined as readonly string[] | undefined,
	text: undefined as string | undefined,
	directory: undefined as string | undefined,
	tokenizer: 'bytes' as TokenizerName,
	format: standardFormat,
	validation: 0.1,
	split: undefined as SplitKind | undefined,
	seed: defaultSeed,
	signal: undefined as AbortSignal | undefined,
	onProgress: (() => undefined) as (progress: PrepareProgress) => void,
};

/** The options with everything decided but what depends on the files. */
export type Preparation = ReturnType<typeof checkPreparation>;

/** @throws TypeError, RangeError `ERR_SOPHIA_INVALID_ARGUMENT` for an option out of bounds or unknown */
export function checkPreparation(given: PrepareOptions) {
	const options = check.withDefaults<typeof prepareDefaults>(given, prepareDefaults);
	const {files, text, split} = options;
	if ((files === undefined) === (text === undefined)) {
		throw argumentError('type', `Expected \`files\` or \`text\`, got ${text === undefined ? 'neither' : 'both'}`);
	}
	return {
		files: Array.from(check.list('files', files ?? []), (file, i) => check.path(`files[${i}]`, file)),
		text: text === undefined ? undefined : check.text('text', text),
		directory: check.path('directory', options.directory),
		tokenizer: tokenizerNamed(check.oneOf('tokenizer', options.tokenizer, tokenizerNames)),
		format: check.oneOf('format', options.format, shardFormats),
		validation: check.properFraction('validation', options.validation),
		split: split === undefined ? undefined : check.oneOf('split', split, splitKinds),
		seed: check.integer('seed', options.seed),
		field: check.string('field', options.field),
		column: check.string('column', options.column),
		followLinks: check.boolean('followLinks', options.followLinks),
		maximumExpansion: check.positive('maximumExpansion', options.maximumExpansion),
		maximumHeld: check.integer('maximumHeld', options.maximumHeld, 1),
		signal: check.signal('signal', options.signal),
		onProgress: check.callable('onProgress', options.onProgress),
	};
}
