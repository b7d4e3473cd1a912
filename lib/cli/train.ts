/** `sophia train`: trains a model on a prepared text, or goes on with a run. */
import {existsSync} from 'node:fs';
import {checkpointConfig, checkpointRun, checkSameModel} from '../checkpoint';
import {defaultSeed, makeConfig} from '../config';
import {Dataset} from '../dataset';
import {bestCheckpoint, lastCheckpoint} from '../directory';
import {Gpt2} from '../gpt2';
import {optimizerFromJson, optimizerNames, type OptimizerName} from '../optimizers/index';
import {presetOptions, presetSizes, type PresetSize} from '../presets';
import {Trainer} from '../trainer';
import {InterruptListener} from './interrupt';
import {configOption, UsageError, type Option, type Settings} from './options';
import {placement, placementOptions} from './placement';
import {Progress, type Output} from './progress';
import {runOptions, stand, standardPreset, standOverPreset, type RunSettings} from './settings';

export const trainOptions: readonly Option[] = [
	{name: 'data', kind: 'string', help: 'directory that `sophia prepare` wrote'},
	{name: 'output', kind: 'string', help: 'directory of metrics and checkpoints', standard: 'run'},
	{name: 'resume', kind: 'boolean', help: 'go on with the run of the output directory, if it has one', standard: false},
	{name: 'preset', kind: presetSizes, help: 'the numbers that options stand over', standard: standardPreset.size},
	{name: 'optimizer', kind: optimizerNames, help: 'optimizer', standard: standardPreset.optimizer},
	...runOptions,
	...placementOptions,
	configOption,
];

interface TrainSettings {
	readonly data?: string;
	readonly output?: string;
	readonly resume?: boolean;
	readonly preset?: PresetSize;
	readonly optimizer?: OptimizerName;
}

/** Trains until the last step or Ctrl-C. */
export async function train(settings: Settings, output: Output = process.stdout): Promise<void> {
	const {output: directory = 'run', resume = false} = settings as TrainSettings;
	const goesOn = resume && existsSync(lastCheckpoint(directory));
	const {model, data, run} = goesOn ? await resumed(directory, settings) : await fresh(settings);
	using weights = model;
	const optimizer = optimizerFromJson(run.optimizer);
	using trainer = new Trainer({...run.training, model: weights, optimizer, data, directory, resume: goesOn});
	await follow(trainer, output);
	const best = bestCheckpoint(directory);
	output.write(`${lastCheckpoint(directory)}${existsSync(best) ? `, ${best}` : ''}\n`);
}

/** Runs a trainer in sight of the user, who may end it with Ctrl-C. */
export async function follow(trainer: Trainer, output: Output): Promise<void> {
	using interrupt = new InterruptListener();
	const progress = new Progress(trainer.training.steps, output);
	try {
		for await (const report of trainer.run({signal: interrupt.signal})) {
			progress.show(report);
		}
	} finally {
		progress.end();
	}
}

interface Start {
	readonly model: Gpt2;
	readonly data: Dataset;
	readonly run: RunSettings;
}

async function fresh(settings: Settings): Promise<Start> {
	const {
		data: directory,
		preset = standardPreset.size,
		optimizer = standardPreset.optimizer,
	} = settings as TrainSettings;
	if (directory === undefined) {
		throw new UsageError('Expected `--data`, a directory that `sophia prepare` wrote');
	}
	const data = Dataset.open(directory);
	const numbers = presetOptions(preset, optimizer);
	const run = standOverPreset({...numbers, model: {...numbers.model, vocabulary: data.vocabulary}}, settings);
	const seed = run.training.seed ?? defaultSeed;
	return {model: await Gpt2.create(run.model, {...placement(settings), seed}), data, run};
}

async function resumed(directory: string, settings: Settings): Promise<Start> {
	const {data, optimizer} = settings as TrainSettings;
	const path = lastCheckpoint(directory);
	const saved = checkpointRun(path);
	const model = checkpointConfig(path);
	const same = optimizer === undefined || optimizer === saved.optimizer.name;
	const run = stand({...saved, model, optimizer: same ? saved.optimizer : {name: optimizer}}, settings);
	checkSameModel(path, makeConfig(run.model));
	const shards = data === undefined ? new Dataset(saved.data) : Dataset.open(data);
	return {model: await Gpt2.load(path, placement(settings)), data: shards, run};
}
