/** `sophia eval`: the loss of a model on prepared text. */
import {Dataset} from '../dataset';
import {evaluationDefaults, splits} from '../evaluation';
import {Gpt2} from '../gpt2';
import {checkpointFile} from './file';
import {configOption, pick, UsageError, type Option, type Settings} from './options';
import {placement, placementOptions} from './placement';
import type {Output} from './progress';

const {split, batch, batches, seed} = evaluationDefaults;

export const evalOptions: readonly Option[] = [
	{name: 'data', kind: 'string', help: 'directory that `sophia prepare` wrote'},
	{name: 'split', kind: splits, help: 'part of the data', standard: split},
	{name: 'batch', kind: 'number', help: 'sequences in a batch', standard: batch},
	{name: 'length', kind: 'number', help: 'tokens in a sequence', standard: 'the context'},
	{name: 'batches', kind: 'number', help: 'batches at random places, 0 for the whole part', standard: batches},
	{name: 'seed', kind: 'number', help: 'seed of the places', standard: seed},
	...placementOptions,
	configOption,
];

/** Prints the loss, its perplexity and how many tokens were looked at. */
export async function evaluate(path: string, settings: Settings, output: Output = process.stdout): Promise<void> {
	const {data} = settings as {readonly data?: string};
	if (data === undefined) {
		throw new UsageError('Expected `--data`, a directory that `sophia prepare` wrote');
	}
	using model = await Gpt2.load(checkpointFile(path), placement(settings));
	const how = pick(settings, Object.keys(evaluationDefaults));
	const {loss, tokens} = await model.evaluate(Dataset.open(data), how);
	output.write(`loss ${loss.toFixed(4)} nats per token, perplexity ${Math.exp(loss).toFixed(3)}, ${tokens} tokens\n`);
}
