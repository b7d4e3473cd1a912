/** `sophia demo`: real text, a small GPT-2, Sophia-G, a few minutes, and a sample. Behind `npm run demo`. */
import {rmSync} from 'node:fs';
import {homedir} from 'node:os';
import {join} from 'node:path';
import {bestCheckpoint} from '../directory';
import {Dataset} from '../dataset';
import {variable} from '../environment';
import {arrange, speeches} from '../speeches';
import {outputDirectory, type Option, type Settings} from './options';
import {placementOptions} from './placement';
import type {Output} from './progress';
import {sample} from './sample';
import {runOptions} from './settings';
import {train} from './train';

const shown = ['steps', 'seed'];

export const demoOptions: readonly Option[] = [
	{name: 'output', kind: 'string', help: 'directory of text, shards and run', standard: 'the cache of the user'},
	...runOptions.filter(({name}) => shown.includes(name)),
	...placementOptions,
];

const prompt = 'My fellow Americans,';

/** Every so many speeches one is for validation, so that every age of the language is in both parts. */
const validationEvery = 10;

/** Prepares the speeches, trains from the beginning, and lets the model speak. */
export async function demo(settings: Settings, output: Output = process.stdout): Promise<void> {
	const directory = outputDirectory(settings, cache());
	const data = join(directory, 'data');
	const run = join(directory, 'run');
	await Dataset.prepare({...arrange(speeches(), validationEvery), directory: data});
	rmSync(run, {recursive: true, force: true});
	await train({...settings, data, output: run}, output);
	await sample(bestCheckpoint(run), {...settings, prompt, count: 600, temperature: 0.6}, output);
}

/** Where programs keep what can be made again. */
function cache(): string {
	return join(variable('XDG_CACHE_HOME') ?? join(homedir(), '.cache'), 'sophia-native', 'demo');
}
