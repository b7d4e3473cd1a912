/** The options that describe a run, each with its place in it: the table behind `sophia train`. */
import type {Gpt2Options} from '../config';
import {merge} from '../merge';
import {hasOption, optimizerNames, type OptimizerName} from '../optimizers/index';
import {normalizations} from '../optimizers/cautious';
import {muonScales} from '../optimizers/newtonschulz';
import {decays, distributions, type OptimizerJson} from '../optimizers/optimizer';
import {roles, type Role} from '../optimizers/routing';
import {winRates} from '../optimizers/winrates';
import {preset, type PresetSize} from '../presets';
import {scheduleKinds} from '../schedule';
import type {TrainingOptions} from '../training';
import {flag, UsageError, type Option, type Settings} from './options';

/** A run as its options describe it, before anything else is decided. */
export interface RunSettings {
	readonly model: Gpt2Options;
	readonly optimizer: OptimizerJson;
	readonly training: TrainingOptions;
}

interface RunOption extends Option {
	/** Where the value goes. */
	readonly path: readonly string[];
}

/** The run without any option; its numbers are the defaults that `--help` shows. */
export const standardPreset: {readonly size: PresetSize; readonly optimizer: OptimizerName} = {
	size: 'tiny',
	optimizer: 'sophia-g',
};

/** Under the options of a run. */
export const standardNote =
	`Defaults are those of --preset ${standardPreset.size} --optimizer ${standardPreset.optimizer}. Others have theirs, ` +
	'and what is not decided follows: the warm-up from the steps, the length from the context.';

const standard = standardRun();

function standardRun() {
	const {model, optimizer, training} = preset(standardPreset.size, standardPreset.optimizer);
	return {model: {...model, vocabulary: "the data's"}, optimizer: optimizer.toJSON(), training};
}

/** Makes the options of one part of a run; `prefix` sets names apart that parts share. */
function within(path: readonly string[], prefix = '') {
	return (key: string, kind: Option['kind'], help: string): RunOption => ({
		name: prefix === '' ? key : prefix + key.charAt(0).toUpperCase() + key.slice(1),
		path: [...path, key],
		kind,
		help,
		standard: at(standard, [...path, key]),
	});
}

function at(object: unknown, path: readonly string[]): Option['standard'] {
	return path.reduce(
		(inner, key) => (inner as Record<string, unknown> | undefined)?.[key],
		object,
	) as Option['standard'];
}

const model = within(['model']);
const optimizer = within(['optimizer']);
const curvature = within(['optimizer', 'curvature'], 'curvature');
const adamw = within(['optimizer', 'adamw'], 'adamw');
const sign = within(['optimizer', 'sign'], 'sign');
const radius = within(['optimizer', 'radii'], 'radius');
const training = within(['training']);
const schedule = within(['training', 'schedule']);
const evaluation = within(['training', 'evaluation'], 'evaluation');
const checkpoint = within(['training', 'checkpoint'], 'checkpoint');

const radiusOf: Readonly<Record<Role, string>> = {
	embedding: 'embeddings',
	head: 'the head',
	matrix: 'matrices',
	vector: 'gains and biases',
};

/** Model, optimizer, schedule, training. */
export const runOptions: readonly RunOption[] = [
	model('layers', 'number', 'blocks'),
	model('heads', 'number', 'attention heads; they divide the width'),
	model('width', 'number', 'channels of the residual stream'),
	model('context', 'number', 'the most tokens that the model looks back on'),
	model('vocabulary', 'number', 'different tokens'),
	model('bias', 'boolean', 'biases in LayerNorm and in linear layers'),
	model('scaleByLayer', 'boolean', "attention scores divided by the layer's number"),
	model('gelu', ['tanh', 'erf'], 'form of GELU'),
	model('dropout', 'number', 'probability of dropping an activation'),
	optimizer('learningRate', 'number', 'peak learning rate'),
	optimizer('weightDecay', 'number', 'decoupled weight decay'),
	optimizer('decay', decays, 'tensors that decay'),
	optimizer('form', ['official', 'paper', 'study'], "whose form; Sophia-G has the paper's, Scion and SOAP the study's"),
	optimizer('beta1', 'number', 'decay rate of the momentum'),
	optimizer('beta2', 'number', 'decay rate of the second average'),
	optimizer('epsilon', 'number', 'added to the denominator, or its floor'),
	optimizer('momentum', 'number', 'SGD, Muon, Scion: part of the momentum that stays'),
	optimizer('nesterov', 'boolean', "SGD, Muon: Nesterov's momentum"),
	optimizer('momentumDecay', 'number', 'NAdamW: how fast the weight of the momentum grows; 0: it is beta1'),
	optimizer('normalization', normalizations, 'cautious: what makes up for the coordinates that are left out'),
	optimizer('rho', 'number', 'Sophia-G: clipping scale'),
	optimizer('gamma', 'number', 'Sophia-H: clipping scale; MARS: weight of the correction'),
	optimizer('maxNorm', 'number', 'MARS: norm of the corrected gradient'),
	optimizer('clipping', ['tensor', 'global'], 'MARS: whose norm that is'),
	optimizer('vectors', ['adamw', 'mars'], 'MARS: what moves gains and biases'),
	optimizer('averaged', 'boolean', 'Muon: a momentum that is an average of gradients and not their sum'),
	optimizer('iterations', 'number', 'Muon, Scion: of Newton and Schulz'),
	optimizer('scale', muonScales, 'Muon: what the direction of a matrix is multiplied by'),
	...['learningRate', 'weightDecay', 'beta1', 'beta2', 'epsilon'].map((key) =>
		adamw(key, 'number', `Muon, MARS: ${key} of AdamW for what is no matrix`),
	),
	...['learningRate', 'weightDecay', 'beta1'].map((key) =>
		sign(key, 'number', `Scion of the study: ${key} of the sign, for what is no matrix`),
	),
	...roles.map((role) => radius(role, 'number', `Scion: radius of ${radiusOf[role]}`)),
	optimizer('shampooBeta', 'number', 'SOAP: decay rate of what the basis is of'),
	optimizer('preconditionEvery', 'number', 'SOAP: steps between two refreshes of the basis'),
	optimizer('precondition1d', 'boolean', 'SOAP: a basis for gains and biases'),
	optimizer('block', 'number', 'SOAP, Kron: side of the blocks of a matrix, 0 for whole ones'),
	optimizer('largest', 'number', 'SOAP, Kron: longest side that is preconditioned in full'),
	optimizer('preconditionerRate', 'number', 'Kron: learning rate of the preconditioner'),
	optimizer('damping', 'number', 'Kron: noise in what the preconditioner learns from'),
	optimizer('rmsLimit', 'number', 'Kron: root mean square of a direction, 0 for any'),
	optimizer('normalize', 'boolean', 'Kron: gradients of length 1'),
	optimizer('leastProbability', 'number', 'Kron: least part of the steps that update the preconditioner'),
	optimizer('probabilityDecay', 'number', 'Kron: how fast that part falls'),
	optimizer('flatStart', 'number', 'Kron: first steps, which all update it'),
	optimizer('balanceEvery', 'number', 'Kron: updates between two that balance its factors, 0 for none'),
	{...optimizer('seed', 'number', 'Kron: seed of its noise'), name: 'noiseSeed'},
	optimizer(
		'targetWinRate',
		'number',
		`Sophia: win rate that its scale is moved towards, ${winRates.join(' to ')}; 0 moves nothing`,
	),
	optimizer('anneal', 'boolean', 'letting the scale of Sophia fall to 0 over the second half'),
	curvature('every', 'number', 'Sophia: steps between two refreshes of the curvature'),
	curvature('timing', ['after', 'before'], 'Sophia: refresh after or before the step'),
	curvature('fraction', 'number', 'Sophia: part of the batch for a refresh'),
	curvature('clip', 'number', 'Sophia-G: norm of the Hessian gradient, 0 for any'),
	curvature('positions', ['counted', 'all'], 'Sophia-G: where labels are drawn'),
	curvature('distribution', distributions, 'Sophia-H: numbers of a probe'),
	curvature('probes', 'number', 'Sophia-H: probes of each batch of a refresh'),
	{...schedule('kind', scheduleKinds, 'course of the learning rate'), name: 'schedule'},
	schedule('warmup', 'number', 'steps of warm-up'),
	schedule('finalRatio', 'number', 'last learning rate as a part of the peak'),
	schedule('decaySteps', 'number', 'wsd: steps of the final decay'),
	schedule('warmupForm', ['(step+1)/(warmup+1)', 'step/warmup'], 'how the warm-up counts'),
	training('steps', 'number', 'updates of the weights'),
	training('batch', 'number', 'sequences in a forward pass'),
	training('length', 'number', 'tokens in a sequence'),
	training('accumulation', 'number', 'forward passes in a step'),
	training('clip', 'number', 'norm of the gradient, 0 for any'),
	training('seed', 'number', 'seed of weights, data order, dropout and labels'),
	evaluation('every', 'number', 'steps between two evaluations, 0 for none'),
	evaluation('batches', 'number', 'batches of an evaluation, 0 for all'),
	checkpoint('every', 'number', 'steps between two checkpoints'),
	checkpoint('keepEvery', 'number', 'steps between two checkpoints that are kept'),
	training('divergedAfter', 'number', 'steps without a finite gradient before it stops'),
];

/** A preset with what was given standing over it. Its warm-up is for its own steps; for others it follows from them. */
export function standOverPreset(preset: RunSettings, given: Settings): RunSettings {
	const {steps, schedule: {warmup, ...schedule} = {}} = preset.training;
	const kept = warmup === undefined || (given.steps ?? steps) !== steps ? schedule : {...schedule, warmup};
	return stand({...preset, training: {...preset.training, schedule: kept}}, given);
}

/** The run with what was given standing over it. */
export function stand(over: RunSettings, given: Settings): RunSettings {
	const changes = runOptions
		.filter(({name}) => given[name] !== undefined)
		.map(({name, path}) => path.reduceRight<unknown>((value, key) => ({[key]: value}), given[name]) as object);
	const run = changes.reduce<RunSettings>((changed, change) => merge(changed, change), over);
	checkBelongs(run.optimizer.name as OptimizerName, given);
	return run;
}

/** @throws UsageError for an option of other optimizers than the run's. */
function checkBelongs(optimizer: OptimizerName, given: Settings): void {
	for (const {
		name,
		path: [part, ...path],
	} of optimizerNames.includes(optimizer) ? runOptions : []) {
		if (part === 'optimizer' && given[name] !== undefined && !hasOption(optimizer, path)) {
			const others = optimizerNames.filter((other) => hasOption(other, path)).join(', ');
			throw new UsageError(`\`${flag(name)}\` is an option of ${others}, and this run has ${optimizer}`);
		}
	}
}
