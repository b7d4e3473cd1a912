/** `sophia sample`: text drawn from a model. */
import {count as checkCount} from '../check';
import {checkpointTokenizer} from '../checkpoint';
import {generationDefaults} from '../generation';
import {Gpt2} from '../gpt2';
import {sampleText} from '../sampling';
import {tokenizerNamed} from '../tokenizer';
import {checkpointFile} from './file';
import {InterruptListener} from './interrupt';
import {configOption, pick, UsageError, type Option, type Settings} from './options';
import {placement, placementOptions} from './placement';
import type {Output} from './progress';

const {count, temperature, topK, topP, seed} = generationDefaults;

export const sampleOptions: readonly Option[] = [
	{name: 'prompt', kind: 'string', help: 'the text that is continued', standard: 'a line break'},
	{name: 'count', kind: 'number', help: 'tokens to draw, at most', standard: count},
	{name: 'samples', kind: 'number', help: 'texts to draw', standard: 1},
	{name: 'temperature', kind: 'number', help: 'below 1 for likelier text, 0 for the likeliest', standard: temperature},
	{name: 'topK', kind: 'number', help: 'draw among the k likeliest tokens only, 0 for all', standard: topK},
	{name: 'topP', kind: 'number', help: 'draw among the likeliest tokens that sum up to p', standard: topP},
	{name: 'stop', kind: 'string', help: 'text that ends a sample'},
	{name: 'tokenizer', kind: 'string', help: 'how text becomes tokens', standard: "the run's"},
	{name: 'seed', kind: 'number', help: 'the same seed, the same text', standard: seed},
	{name: 'cache', kind: 'boolean', help: 'keeping keys and values from token to token', standard: true},
	...placementOptions,
	configOption,
];

interface SampleSettings {
	readonly prompt?: string;
	readonly samples?: number;
	readonly tokenizer?: string;
}

/** Prints the prompt and what the model makes of it, as it comes. */
export async function sample(path: string, settings: Settings, output: Output = process.stdout): Promise<void> {
	const file = checkpointFile(path);
	const {prompt = '\n', samples = 1, tokenizer: name} = settings as SampleSettings;
	const tokenizer = name === undefined ? checkpointTokenizer(file) : tokenizerNamed(name);
	const how = pick(settings, [...Object.keys(generationDefaults), 'stop']);
	checkCount('samples', samples);
	using interrupt = new InterruptListener('ending the text');
	using model = await Gpt2.load(file, placement(settings));
	if (tokenizer.vocabulary > model.config.vocabulary) {
		const {vocabulary} = model.config;
		throw new UsageError(
			`Expected a \`--tokenizer\` of at most the model's ${vocabulary} tokens, got ${tokenizer.name}`,
		);
	}
	for (let number = 0; number < samples; number++) {
		const pieces = sampleText(model, tokenizer, prompt, {...how, sample: number, signal: interrupt.signal});
		output.write(`${number > 0 ? '\n---\n' : ''}${prompt}`);
		for await (const piece of pieces) {
			output.write(piece);
		}
		output.write('\n');
	}
}
