/** `sophia import`: a directory of transformers to a checkpoint. */
import {realpathSync, statSync} from 'node:fs';
import {dirname, resolve} from 'node:path';
import {parameterCount} from '../config';
import {wrap} from '../errors';
import {Gpt2} from '../gpt2';
import {configFile} from '../pretrained/directory';
import {tokenizerKind, type TokenizerKind} from '../pretrained/tokenizer';
import {configOption, pick, UsageError, type Option, type Settings} from './options';
import type {Output} from './progress';

const standardOutput = 'imported.safetensors';

export const importOptions: readonly Option[] = [
	{name: 'output', kind: 'string', help: 'the checkpoint', standard: standardOutput},
	{name: 'context', kind: 'number', help: 'positions to keep, from the first on', standard: 'all'},
	{name: 'dropout', kind: 'number', help: 'probability of dropping an activation', standard: "the directory's"},
	configOption,
];

const tokenizers: Readonly<Record<TokenizerKind, string>> = {
	gpt2: "GPT-2's tokenizer",
	other: "another tokenizer than GPT-2's, which is not read",
	none: 'no tokenizer beside it',
};

/** Where a file goes, which has to be there. */
const folderOf = (file: string) => wrap(() => realpathSync(dirname(resolve(file))));

/** Writes the checkpoint and says what is in it. */
export async function importDirectory(
	directory: string,
	settings: Settings,
	output: Output = process.stdout,
): Promise<void> {
	const {output: checkpoint = standardOutput} = settings as {readonly output?: string};
	if (!wrap(() => statSync(directory)).isDirectory()) {
		throw new UsageError(`Expected the directory of \`${configFile}\` and its weights, got the file \`${directory}\``);
	}
	if (checkpoint === '' || folderOf(checkpoint) === realpathSync(directory)) {
		const given = checkpoint === '' ? 'nothing' : `\`${checkpoint}\``;
		throw new UsageError(`Expected \`--output\` to be a file outside of the directory, got ${given}`);
	}
	const tokenizer = tokenizerKind(directory);
	using model = await Gpt2.fromPretrained(directory, {...pick(settings, ['context', 'dropout']), device: 'cpu'});
	await model.save(checkpoint);
	const {layers, width, context, vocabulary} = model.config;
	const count = parameterCount(model.config).toLocaleString('en');
	const shape = `${layers} layers of width ${width}, context ${context}, vocabulary ${vocabulary}`;
	output.write(`${checkpoint}: ${count} parameters, ${shape}, ${tokenizers[tokenizer]}\n`);
}
