/** `sophia prepare`: text files to token shards. */
import {SingleBar} from 'cli-progress';
import {Dataset} from '../dataset';
import {timeLeft} from '../duration';
import {prepareDefaults, type PrepareProgress} from '../preparation';
import {shardFormats} from '../shard';
import {splitKinds} from '../split';
import {tokenizerNames} from '../tokenizer';
import {InterruptListener} from './interrupt';
import {configOption, outputDirectory, pick, type Option, type Settings} from './options';
import type {Output} from './progress';

const {tokenizer, format, validation, seed, field, column, followLinks, maximumExpansion, maximumHeld} =
	prepareDefaults;

const howOptions: readonly Option[] = [
	{name: 'tokenizer', kind: tokenizerNames, help: 'how tokens are made of text', standard: tokenizer},
	{name: 'format', kind: shardFormats, help: 'how the shards are written', standard: format},
	{name: 'validation', kind: 'number', help: 'part of the text kept for validation', standard: validation},
	{
		name: 'split',
		kind: splitKinds,
		help: 'what is kept for validation, the end of all or whole documents',
		standard: 'documents where files have them, else end',
	},
	{name: 'seed', kind: 'number', help: 'seed of the choice among documents', standard: seed},
	{name: 'field', kind: 'string', help: 'field of JSON lines that holds the text', standard: field},
	{name: 'column', kind: 'string', help: 'column of parquet that holds the text', standard: column},
	{name: 'followLinks', kind: 'boolean', help: 'symbolic links in directories are followed', standard: followLinks},
	{
		name: 'maximumExpansion',
		kind: 'number',
		help: 'the most bytes that a packed file unpacks to, for each of its own',
		standard: maximumExpansion,
	},
	{
		name: 'maximumHeld',
		kind: 'number',
		help: 'the most bytes held at a time: a JSON line, a parquet row group, a zstd window',
		standard: maximumHeld,
	},
];

export const prepareOptions: readonly Option[] = [
	{name: 'output', kind: 'string', help: 'directory of the shards', standard: 'data'},
	...howOptions,
	configOption,
];

/** Writes the shards and says how many tokens they have. */
export async function prepareFiles(
	files: readonly string[],
	settings: Settings,
	output: Output = process.stdout,
): Promise<void> {
	const directory = outputDirectory(settings, 'data');
	using interrupt = new InterruptListener('leaving no half-written file');
	const bar = output.isTTY === true ? new Bar(output) : undefined;
	try {
		const {train, validation} = await Dataset.prepare({
			...pick(
				settings,
				howOptions.map(({name}) => name),
			),
			files,
			directory,
			signal: interrupt.signal,
			onProgress: (progress) => bar?.show(progress),
		});
		bar?.end();
		for (const {path, tokens} of [train, validation]) {
			output.write(`${path}: ${tokens} tokens\n`);
		}
	} finally {
		bar?.end();
	}
}

/** How much of the files is done, on a terminal. */
class Bar {
	readonly #bar: SingleBar;
	readonly #begun = performance.now();
	#shown = false;

	constructor(stream: NodeJS.WritableStream) {
		const format = '{bar} {percentage} %  {text}';
		this.#bar = new SingleBar({format, stream, barsize: 20, hideCursor: true, fps: 10});
	}

	show({bytes, total}: PrepareProgress): void {
		const seconds = (performance.now() - this.#begun) / 1e3;
		const [done, all] = [bytes, total].map((count) => (count / 1e6).toFixed(1));
		const text = `${done ?? ''}/${all ?? ''} MB  ${timeLeft((seconds / bytes) * (total - bytes))}`;
		if (!this.#shown) {
			this.#shown = true;
			this.#bar.start(total, bytes, {text});
		}
		this.#bar.update(bytes, {text});
	}

	end(): void {
		this.#bar.stop();
	}
}
