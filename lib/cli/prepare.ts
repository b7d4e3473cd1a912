/** `sophia prepare`: text files to byte-level token shards. */
import {Dataset} from '../dataset';
import {validationPart} from '../prepare';
import {InterruptListener} from './interrupt';
import {configOption, outputDirectory, pick, type Option, type Settings} from './options';
import type {Output} from './progress';

export const prepareOptions: readonly Option[] = [
	{name: 'output', kind: 'string', help: 'directory of the shards', standard: 'data'},
	{name: 'validation', kind: 'number', help: 'part of the text kept for validation, its end', standard: validationPart},
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
	const {train, validation} = await Dataset.prepare({
		...pick(settings, ['validation']),
		files,
		directory,
		signal: interrupt.signal,
		onProgress({bytes, total}) {
			if (output.isTTY === true) {
				output.write(`\r${Math.floor((100 * bytes) / total)} %\r`);
			}
		},
	});
	for (const {path, tokens} of [train, validation]) {
		output.write(`${path}: ${tokens} tokens\n`);
	}
}
