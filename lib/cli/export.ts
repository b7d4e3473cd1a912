/** `sophia export`: a checkpoint to a directory of transformers. */
import {checkpointConfig} from '../checkpoint';
import {parameterCount} from '../config';
import {exportCheckpoint} from '../pretrained/save';
import {checkpointFile} from './file';
import {InterruptListener} from './interrupt';
import {configOption, outputDirectory, type Option, type Settings} from './options';
import type {Output} from './progress';

const standardOutput = 'exported';

export const exportOptions: readonly Option[] = [
	{name: 'output', kind: 'string', help: 'the directory', standard: standardOutput},
	configOption,
];

/** Writes the directory and says what was written. */
export async function exportDirectory(
	path: string,
	settings: Settings,
	output: Output = process.stdout,
): Promise<void> {
	const directory = outputDirectory(settings, standardOutput);
	const checkpoint = checkpointFile(path);
	using interrupt = new InterruptListener('leaving no half-written file');
	await exportCheckpoint(checkpoint, directory, interrupt.signal);
	const count = parameterCount(checkpointConfig(checkpoint)).toLocaleString('en');
	output.write(`${directory}: ${count} parameters of ${checkpoint}, for transformers\n`);
}
