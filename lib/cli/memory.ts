/** `sophia info --memory`: what a training would take, without taking it. */
import {checkpointConfig, checkpointRun, readCheckpoint} from '../checkpoint';
import {makeConfig, parameterCount} from '../config';
import {requiredMemory, type RequiredMemory} from '../memory';
import {optimizerFromJson, optimizerNames, type OptimizerName} from '../optimizers/index';
import {presetOptions, presetSizes, type PresetSize} from '../presets';
import {flag, UsageError, type Option, type Settings} from './options';
import {placementOptions} from './placement';
import {runOptions, stand, standardPreset, standOverPreset, type RunSettings} from './settings';

const matters = [
	...['layers', 'heads', 'width', 'context', 'vocabulary', 'bias', 'dropout', 'batch', 'length'],
	...['form', 'vectors', 'block', 'largest', 'precondition1d'], // of optimizers whose state depends on them
];
const kinds = ['dtype', 'recompute'];

/** What describes a training's memory. */
export const memoryOptions: readonly Option[] = [
	{name: 'memory', kind: 'boolean', help: 'the memory of a training, by what it is for', standard: false},
	{name: 'preset', kind: presetSizes, help: 'its numbers, that options stand over', standard: standardPreset.size},
	{name: 'optimizer', kind: optimizerNames, help: 'its optimizer', standard: standardPreset.optimizer},
	...runOptions.filter(({name}) => [...matters, 'curvatureFraction'].includes(name)),
	...placementOptions.filter(({name}) => kinds.includes(name)),
];

/** @throws UsageError for an option that says something of a training where none was asked about. */
export function checkAsked(settings: Settings): void {
	const stray = memoryOptions.find(({name}) => settings[name] !== undefined && settings.memory !== true);
	if (stray !== undefined && stray.name !== 'memory') {
		throw new UsageError(`\`${flag(stray.name)}\` says something of a training: expected \`--memory\` with it`);
	}
}

/** Bytes, as of the run of a checkpoint or of a preset with what was given standing over it. */
export function memoryOf(
	checkpoint: string | undefined,
	settings: Settings,
): RequiredMemory & {parametersCount: number} {
	const {model, optimizer, training} = checkpoint === undefined ? described(settings) : saved(checkpoint, settings);
	const {dtype, recompute} = settings as {dtype?: 'float32'; recompute?: 'none'};
	const config = makeConfig(model);
	const required = requiredMemory({
		model: config,
		optimizer: optimizerFromJson(optimizer),
		...(training.batch === undefined ? {} : {batch: training.batch}),
		length: Math.min(training.length ?? config.context, config.context),
		...(dtype === undefined ? {} : {dtype}),
		...(recompute === undefined ? {} : {recompute}),
	});
	return {parametersCount: parameterCount(config), ...required};
}

/** The same by name, in units that are read. */
export function memoryLines({parametersCount, total, ...bytes}: ReturnType<typeof memoryOf>): Record<string, string> {
	const {parameters, gradient, activations, curvature, workspace, parts, state} = bytes;
	const shown = {
		weights: parameters,
		gradient,
		...state,
		activations,
		...Object.fromEntries(Object.entries(parts).map(([name, size]) => [`  ${name}`, size])),
		...(curvature === 0 ? {} : {'Hessian products': curvature}),
		...(workspace === 0 ? {} : {"the optimizer's products": workspace}),
		total,
	};
	const texts = Object.entries(shown).map(([name, size]) => [name, inUnits(size)]);
	return {parameters: parametersCount.toLocaleString('en'), ...(Object.fromEntries(texts) as Record<string, string>)};
}

function inUnits(bytes: number): string {
	const units = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];
	const power = Math.min(units.length - 1, Math.floor(Math.log2(Math.max(bytes, 1)) / 10));
	return `${power === 0 ? bytes : (bytes / 1024 ** power).toFixed(1)} ${units[power] ?? ''}`;
}

function described(settings: Settings): RunSettings {
	const {preset = standardPreset.size, optimizer = standardPreset.optimizer} = settings as {
		preset?: PresetSize;
		optimizer?: OptimizerName;
	};
	return standOverPreset(presetOptions(preset, optimizer), settings);
}

function saved(path: string, settings: Settings): RunSettings {
	const {metadata} = readCheckpoint(path);
	const model = checkpointConfig(path);
	const run = metadata.training === undefined ? described({}) : {...checkpointRun(path)};
	return stand({optimizer: run.optimizer, training: run.training, model}, settings);
}
