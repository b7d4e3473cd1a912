/** `sophia sample`: text drawn from a model. */
import {generationDefaults} from '../generation';
import {Gpt2} from '../gpt2';
import {bytes} from '../tokenizer';
import {checkpointFile} from './file';
import {configOption, pick, type Option, type Settings} from './options';
import {placement, placementOptions} from './placement';
import type {Output} from './progress';

const {count, temperature, topK, seed} = generationDefaults;

export const sampleOptions: readonly Option[] = [
	{name: 'prompt', kind: 'string', help: 'the text that is continued', standard: 'a line break'},
	{name: 'count', kind: 'number', help: 'tokens to draw', standard: count},
	{name: 'temperature', kind: 'number', help: 'below 1 for likelier text, 0 for the likeliest', standard: temperature},
	{name: 'topK', kind: 'number', help: 'draw among the k likeliest tokens only, 0 for all', standard: topK},
	{name: 'seed', kind: 'number', help: 'the same seed, the same text', standard: seed},
	...placementOptions,
	configOption,
];

/** Prints the prompt and what the model makes of it. */
export async function sample(path: string, settings: Settings, output: Output = process.stdout): Promise<void> {
	const {prompt = '\n'} = settings as {readonly prompt?: string};
	using model = await Gpt2.load(checkpointFile(path), placement(settings));
	const how = pick(settings, Object.keys(generationDefaults));
	output.write(`${prompt}${bytes.decode(await model.generate(bytes.encode(prompt), how))}\n`);
}
