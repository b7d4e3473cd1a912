/** `sophia train`: trains a model on a prepared text, or goes on with a run. */
import {existsSync} from 'node:fs';
import {checkpointConfig, checkpointRun, checkpointStep, checkSameModel, checkSameShape} from '../checkpoint';
import {defaultSeed, makeConfig, parameterCount} from '../config';
import {Dataset} from '../dataset';
import {cpu} from '../devices';
import {bestCheckpoint, lastCheckpoint} from '../directory';
import {Gpt2} from '../gpt2';
import {optimizerFromJson, optimizerNames, type OptimizerName} from '../optimizers/index';
import {routingLines} from '../optimizers/table';
import {presetOptions, presetSizes, type PresetOptions, type PresetSize} from '../presets';
import {findWeights} from '../pretrained/weights';
import {factsOf, type Facts} from '../report/facts';
import {runJson} from '../run';
import {EventLog} from '../tensorboard/log';
import {Trainer} from '../trainer';
import {weightsOf} from './file';
import {InterruptListener} from './interrupt';
import {configOption, outputDirectory, pick, UsageError, type Option, type Settings} from './options';
import {placement, placementOptions} from './placement';
import {Progress, type Output} from './progress';
import {runOptions, stand, standardPreset, standOverPreset, type RunSettings} from './settings';
import {serveRuns} from './watch';

export const trainOptions: readonly Option[] = [
	{name: 'data', kind: 'string', help: 'directory that `sophia prepare` wrote'},
	{name: 'output', kind: 'string', help: 'directory of metrics and checkpoints', standard: 'run'},
	{name: 'from', kind: 'string', help: 'weights to begin with: a checkpoint, a run or a directory of transformers'},
	{name: 'resume', kind: 'boolean', help: 'go on with the run of the output directory, if it has one', standard: false},
	{name: 'preset', kind: presetSizes, help: 'the numbers that options stand over', standard: standardPreset.size},
	{name: 'optimizer', kind: optimizerNames, help: 'optimizer', standard: standardPreset.optimizer},
	{
		name: 'watch',
		kind: 'boolean',
		help: 'a page of the run while it goes on, at an address that is printed',
		standard: false,
	},
	{name: 'tensorboard', kind: 'boolean', help: "TensorBoard's events beside the metrics", standard: false},
	...runOptions,
	...placementOptions,
	configOption,
];

interface TrainSettings {
	readonly data?: string;
	readonly from?: string;
	readonly resume?: boolean;
	readonly steps?: number;
	readonly threads?: number;
	readonly preset?: PresetSize;
	readonly optimizer?: OptimizerName;
	readonly watch?: boolean;
	readonly tensorboard?: boolean;
}

/** Trains until the last step or Ctrl-C. */
export async function train(settings: Settings, output: Output = process.stdout): Promise<void> {
	const directory = outputDirectory(settings, 'run');
	const {resume = false} = settings as TrainSettings;
	const goesOn = resume && existsSync(lastCheckpoint(directory));
	const done = goesOn ? doneAlready(directory, settings) : undefined;
	if (done === undefined) {
		const {model, data, run} = goesOn ? await resumed(directory, settings) : await fresh(settings);
		using weights = model;
		const optimizer = optimizerFromJson(run.optimizer);
		using trainer = new Trainer({...run.training, model: weights, optimizer, data, directory, resume: goesOn});
		output.write(outline(trainer, settings));
		await follow(trainer, output, settings);
	} else {
		output.write(done);
	}
	const best = bestCheckpoint(directory);
	output.write(`${lastCheckpoint(directory)}${existsSync(best) ? `, ${best}` : ''}\n`);
}

/** What is said of a run that has no step left. */
function doneAlready(directory: string, settings: Settings): string | undefined {
	const path = lastCheckpoint(directory);
	const {steps = checkpointRun(path).training.steps} = settings as TrainSettings;
	const step = checkpointStep(path) ?? 0;
	return step >= steps ? `the run is at step ${step} of ${steps} already\n` : undefined;
}

/** What is about to happen, as the first step of a large model takes its time. */
function outline({model, optimizer, training, data, routing}: Trainer, settings: Settings): string {
	const tokens = training.batch * training.length * training.accumulation;
	const [parameters, each] = [parameterCount(model.config), tokens].map((count) => count.toLocaleString('en'));
	const place = model.device === 'cpu' ? `cpu with ${threadsOf(settings)}` : model.device;
	const {vocabulary} = model.config;
	const unseen = data.vocabulary < vocabulary ? `, ${data.vocabulary} of its ${vocabulary} tokens in the data` : '';
	const outlined = `${optimizer.name} on ${parameters} parameters, ${each} tokens a step, ${place}${unseen}`;
	return [outlined, ...routingLines(routing), ''].join('\n');
}

function threadsOf(settings: Settings): string {
	const {threads = 0} = settings as TrainSettings;
	const used = threads === 0 ? cpu().threads : threads;
	return `${used} ${used === 1 ? 'thread' : 'threads'}`;
}

/** Runs a trainer in sight of the user, who may end it with Ctrl-C. */
async function follow(trainer: Trainer, output: Output, settings: TrainSettings): Promise<void> {
	const {directory} = trainer;
	const progress = new Progress(trainer.training.steps, output);
	const warn = (problem: string, step: number) => progress.warn(step, `no more events for TensorBoard: ${problem}`);
	using events = settings.tensorboard === true ? new EventLog(directory, warn) : undefined;
	await using live = settings.watch === true ? await serveRuns([directory], () => factsOfTrainer(trainer)) : undefined;
	if (live !== undefined) {
		output.write(`watch at ${live.address}\n`);
	}
	using interrupt = new InterruptListener();
	try {
		for await (const report of trainer.run({signal: interrupt.signal})) {
			progress.show(report);
			await events?.append(report);
		}
	} finally {
		progress.end();
	}
}

function factsOfTrainer({model, optimizer, data, training}: Trainer): Facts {
	const run = runJson({optimizer, data, training, dtype: model.dtype});
	return factsOf(model.config, run, model.device === 'cpu' ? cpu().isa : model.device);
}

interface Start {
	readonly model: Gpt2;
	readonly data: Dataset;
	readonly run: RunSettings;
}

async function fresh(settings: Settings): Promise<Start> {
	const {
		data: directory,
		from,
		preset = standardPreset.size,
		optimizer = standardPreset.optimizer,
	} = settings as TrainSettings;
	if (directory === undefined) {
		throw new UsageError('Expected `--data`, a directory that `sophia prepare` wrote');
	}
	const data = Dataset.open(directory);
	const numbers = presetOptions(preset, optimizer);
	if (from !== undefined) {
		return continued(weightsOf(from), data, numbers, settings);
	}
	const run = standOverPreset({...numbers, model: {...numbers.model, vocabulary: data.vocabulary}}, settings);
	const seed = run.training.seed ?? defaultSeed;
	return {model: await Gpt2.create(run.model, {...placement(settings), seed}), data, run};
}

/** Weights from elsewhere bring their shape with them, of which the context may be cut and the dropout changed. */
async function continued(path: string, data: Dataset, numbers: PresetOptions, settings: Settings): Promise<Start> {
	const changes = pick(settings, ['context', 'dropout']);
	const {config: model} = findWeights(path, changes);
	const training = {...numbers.training, length: model.context}; // a preset's is that of its own model
	const run = standOverPreset({...numbers, model, training}, settings);
	checkSameShape(path, model, makeConfig(run.model));
	return {model: await Gpt2.fromPretrained(path, {...placement(settings), ...changes}), data, run};
}

async function resumed(directory: string, settings: Settings): Promise<Start> {
	const {data, optimizer, preset} = settings as TrainSettings;
	const path = lastCheckpoint(directory);
	const saved = checkpointRun(path);
	const model = checkpointConfig(path);
	const same = optimizer === undefined || optimizer === saved.optimizer.name;
	const run = stand({...saved, model, optimizer: same ? saved.optimizer : {name: optimizer}}, settings);
	checkSameModel(path, makeConfig(run.model));
	if (preset !== undefined) {
		// The run goes on with its own numbers. A command that begins and resumes alike may name the preset again.
		const {model: shape} = presetOptions(preset, saved.optimizer.name as OptimizerName);
		checkSameModel(path, makeConfig(stand({...run, model: {...shape, vocabulary: model.vocabulary}}, settings).model));
	}
	const shards = data === undefined ? new Dataset(saved.data) : Dataset.open(data);
	return {model: await Gpt2.load(path, placement(settings)), data: shards, run};
}
