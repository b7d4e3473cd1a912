/**
Text to token shards, in one pass over the text and in memory that does not grow with it.

The description, `dataset.json`, says that the shards are unfinished before the first takes its place, and what they are
after the second has: a directory never shows shards of two texts, or one of them alone, as a dataset.
*/
import {join} from 'node:path';
import {setImmediate} from 'node:timers/promises';
import {ownFiles, trainFile, validationFile, writeDescription} from './description';
import {makeEncoder} from './encoder';
import {argumentError, throwIfAborted, wrapAsync} from './errors';
import {inDirectory, writeWhole} from './files';
import {checkPreparation, type Preparation, type PrepareOptions} from './preparation';
import {ShardWriter} from './shard';
import {holdsOut} from './split';
import {documentsOfFiles, documentsOfString, type Documents} from './text/documents';

/** A shard needs a token to read and one to predict. */
const fewestTokens = 2;

/** Writes the shards and the description. See `Dataset.prepare`. */
export async function prepare(options: PrepareOptions): Promise<void> {
	const plan = checkPreparation(options);
	throwIfAborted(plan.signal);
	await wrapAsync(async () => {
		const {directory, files, text, tokenizer} = plan;
		const documents = await (text === undefined
			? documentsOfFiles(files, plan, tokenizer.name !== 'bytes', await ownFiles(directory))
			: documentsOfString(text));
		await inDirectory(directory, () => writeDataset(plan, documents));
	});
}

async function writeDataset(plan: Preparation, documents: Documents): Promise<void> {
	const {directory, format, tokenizer} = plan;
	const tokens = await writeWhole(join(directory, trainFile), async (first) => {
		const train = new ShardWriter(first, format);
		return writeWhole(join(directory, validationFile), async (second) => {
			const validation = new ShardWriter(second, format);
			await fill(plan, documents, train, validation);
			await writeDescription(directory);
			return {train: train.tokens, validation: validation.tokens};
		});
	});
	await writeDescription(directory, {
		tokenizer: tokenizer.name,
		vocabulary: tokenizer.vocabulary,
		format,
		train: {file: trainFile, tokens: tokens.train},
		validation: {file: validationFile, tokens: tokens.validation},
	});
}

async function fill(plan: Preparation, documents: Documents, train: ShardWriter, validation: ShardWriter) {
	const {validation: fraction, split = documents.many ? 'documents' : 'end', seed} = plan;
	const byDocument = split === 'documents';
	await encode(plan, documents, (document) => (byDocument && holdsOut(seed, document, fraction) ? validation : train));
	if (!byDocument) {
		await train.moveEnd(Math.round(train.tokens * fraction), validation);
	}
	if (Math.min(train.tokens, validation.tokens) < fewestTokens) {
		const need = `${fewestTokens} tokens or more to train on and to validate on`;
		const hint = byDocument ? '; `split: end` takes the end of the text instead of documents' : '';
		throw argumentError(
			'range',
			`Expected the text to have ${need}, got ${train.tokens} and ${validation.tokens}${hint}`,
		);
	}
	await train.finish();
	await validation.finish();
}

/** Writes each document to the shard that is chosen by its number. */
async function encode(plan: Preparation, documents: Documents, choose: (document: number) => ShardWriter) {
	const encoder = makeEncoder(plan.tokenizer);
	const turns = new Turns(plan, documents.total);
	let document = 0;
	let shard: ShardWriter | undefined;
	for await (const {bytes, begins} of documents.pieces((read) => turns.read(read))) {
		if (begins || shard === undefined) {
			await shard?.write(encoder.finish());
			shard = choose(document++);
			if (encoder.leads || (documents.many && shard.tokens > 0)) {
				await shard.write([encoder.separator]);
			}
		}
		await shard.write(encoder.push(bytes));
		await turns.take(bytes.length);
	}
	await shard?.write(encoder.finish());
	turns.end();
}

/** Bytes of text after which others have their turn: a signal, a bar, whatever else the thread of the caller does. */
const turnBytes = 1 << 19;

/** Tells how far the preparation is, and ends it when a signal says so. */
class Turns {
	readonly #plan: Preparation;
	readonly #total: number;
	#read = 0;
	#taken = 0;

	constructor(plan: Preparation, total: number) {
		this.#plan = plan;
		this.#total = total;
	}

	/** Counts bytes of the files. */
	read(bytes: number): void {
		this.#read += bytes;
	}

	/** Counts bytes of text, and lets others have their turn after many of them. */
	async take(bytes: number): Promise<void> {
		this.#taken += bytes;
		if (this.#taken >= turnBytes) {
			this.#taken = 0;
			await setImmediate();
			this.end();
		}
	}

	end(): void {
		this.#plan.onProgress({bytes: this.#read, total: this.#total});
		throwIfAborted(this.#plan.signal);
	}
}
