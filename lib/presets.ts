/**
Published hyperparameters, and those of the demo.

The sizes 125m, 355m and 770m follow the official Sophia configurations (github.com/Liuhong99/Sophia, `config/`): model,
batch, warm-up, clipping, and for AdamW and Sophia-G the learning rates, final learning rates, ρ, β and weight decay.
Lion's learning rates and β are those of the paper's baseline (Liu et al. 2023, https://arxiv.org/abs/2305.14342), its
final learning rate is the paper's 0.05 of the peak; its weight decay is explained at `Lion`. Sophia-H, which the official
code does not have, is as in levanter (`config/optim/sophia-h_*.yaml`), with the paper's probes and sub-batch.

Nobody publishes numbers of the others at these sizes; SGD and cautious Lion have them at `tiny` alone.

130m holds the optima that Wen et al. 2025 (https://arxiv.org/abs/2509.02046) found for a Llama of that size trained on
2.7 billion tokens; ours is a GPT-2 of its width and depth.
*/
import {oneOf} from './check';
import {makeConfig, type Gpt2Config, type Gpt2Options} from './config';
import {optimizerFromJson, optimizerNames, type OptimizerName} from './optimizers/index';
import type {Optimizer, OptimizerJson} from './optimizers/optimizer';
import {gpt2} from './tokenizer';
import type {ScheduleOptions} from './schedule';
import {makeTraining, type Training, type TrainingOptions} from './training';

/** `tiny` is the demo's model: bytes, and minutes on a CPU. */
export type PresetSize = 'tiny' | '125m' | '130m' | '355m' | '770m';

/** The sizes that exist. */
export const presetSizes = ['tiny', '125m', '130m', '355m', '770m'] as const;

/** All of a run but its data, with every number decided. */
export interface Preset {
	/** The model. */
	readonly model: Gpt2Config;
	/** Its optimizer, with the numbers that were published. */
	readonly optimizer: Optimizer;
	/** The plan of the run. */
	readonly training: Training;
}

/** The same with only the numbers that the preset decides; the rest follows from them. */
export interface PresetOptions {
	readonly model: Gpt2Options;
	readonly optimizer: OptimizerJson;
	readonly training: TrainingOptions;
}

/** The demo's shape over bytes: 0.8 million parameters, which learn more in the demo's time than wider ones. */
const tinyModel = {layers: 4, heads: 4, width: 128, context: 128, vocabulary: 256};

/** What the official configurations share. Vocabularies are padded by the device, not here. */
const officialModel = {context: 1024, vocabulary: gpt2.vocabulary, bias: false, scaleByLayer: true};

/** Steps, evaluation and clipping that the official configurations share; 480 sequences of 1024 tokens make a step. */
const officialTraining = {
	steps: 100_000,
	length: 1024,
	clip: 1,
	evaluation: {every: 1000, batches: 200},
	checkpoint: {every: 1000, keepEvery: 0},
};

/** The official warm-up starts at learning rate 0. */
const officialSchedule = {kind: 'cosine', warmup: 2000, warmupForm: 'step/warmup'} as const;

/** The official code draws labels at every position and clips the Hessian gradient to norm 1. */
const officialCurvature = {every: 10, timing: 'after', fraction: 1, clip: 1, positions: 'all'} as const;

/** The paper's: Gaussian vectors on 32 of 480 sequences, before the step. */
const paperHutchinson = {
	every: 10,
	timing: 'before',
	fraction: 32 / 480,
	distribution: 'gaussian',
	probes: 1,
} as const;

/** The optimizers that have published numbers at the official sizes. */
type OfficialName = 'adamw' | 'lion' | 'sophia-g' | 'sophia-h';

interface Numbers {
	readonly model: Gpt2Options;
	/** Sequences in a forward pass, and passes in a step. */
	readonly batch: number;
	readonly accumulation: number;
	/** For each optimizer its peak and final learning rate. */
	readonly rates: Readonly<Record<OfficialName, readonly [peak: number, final: number]>>;
	readonly rho: number;
}

const official: Readonly<Record<Exclude<PresetSize, 'tiny' | '130m'>, Numbers>> = {
	'125m': {
		model: {layers: 12, heads: 12, width: 768},
		batch: 8,
		accumulation: 60,
		rates: {adamw: [6e-4, 3e-5], lion: [1e-4, 5e-6], 'sophia-g': [6e-4, 1.5e-5], 'sophia-h': [6e-4, 6e-5]},
		rho: 0.05,
	},
	'355m': {
		model: {layers: 24, heads: 16, width: 1024},
		batch: 10,
		accumulation: 48,
		rates: {adamw: [3e-4, 6e-5], lion: [1e-4, 5e-6], 'sophia-g': [7e-4, 1e-5], 'sophia-h': [4e-4, 4e-5]},
		rho: 0.08,
	},
	'770m': {
		model: {layers: 36, heads: 20, width: 1280},
		batch: 4,
		accumulation: 120,
		rates: {adamw: [2e-4, 1e-5], lion: [8e-5, 4e-6], 'sophia-g': [3e-4, 1e-5], 'sophia-h': [3e-4, 3e-5]},
		rho: 0.05,
	},
};

interface StudyNumbers {
	readonly optimizer: Omit<OptimizerJson, 'name'>;
	readonly schedule: ScheduleOptions;
	/** Where it is not 1: MARS clips by itself, and Kron divides by the norm. */
	readonly clip?: number;
}

/** Below the root of any second moment: the study found that ε does not matter from there on. */
const unfelt = 1e-10;

/**
The study's best at 130 million parameters, each with its own course of the learning rate, which ends at 0; it did not try
Sophia-G, cautious Lion and SGD. Muon's paper writes five iterations, the code of its branch makes ten as Scion's does.
*/
const study: Readonly<Partial<Record<OptimizerName, StudyNumbers>>> = {
	adamw: {
		optimizer: {learningRate: 8e-3, weightDecay: 0.1, beta1: 0.9, beta2: 0.98, epsilon: 1e-20},
		schedule: {warmup: 2000},
	},
	nadamw: {
		optimizer: {learningRate: 8e-3, weightDecay: 0.1, beta1: 0.95, beta2: 0.98, epsilon: unfelt},
		schedule: {warmup: 2000},
	},
	'cautious-adamw': {
		optimizer: {learningRate: 8e-3, weightDecay: 0.1, beta1: 0.95, beta2: 0.98, epsilon: unfelt},
		schedule: {warmup: 2000},
	},
	mars: {
		optimizer: {
			...{learningRate: 0.016, weightDecay: 0.1, beta1: 0.95, beta2: 0.95, gamma: 0.025, epsilon: unfelt},
			...{clipping: 'global', vectors: 'mars'},
		},
		schedule: {warmup: 2000},
		clip: 0,
	},
	'adam-mini': {
		optimizer: {learningRate: 8e-3, weightDecay: 0.1, beta1: 0.9, beta2: 0.98, epsilon: unfelt},
		schedule: {warmup: 2000},
	},
	lion: {
		optimizer: {learningRate: 2e-3, weightDecay: 0.7, beta1: 0.9, beta2: 0.95},
		schedule: {warmup: 2000},
	},
	'sophia-h': {
		optimizer: {
			...{learningRate: 4e-3, weightDecay: 0, beta1: 0.95, beta2: 0.9, gamma: 0.0125, epsilon: 1e-7},
			curvature: {every: 10, timing: 'after', distribution: 'gaussian'},
		},
		schedule: {warmup: 4000},
	},
	muon: {
		optimizer: {
			...{learningRate: 0.016, weightDecay: 0.1, momentum: 0.95, averaged: false, iterations: 5, epsilon: 1e-5},
			adamw: {learningRate: 3.2e-3, beta1: 0.8, beta2: 0.98, epsilon: unfelt},
		},
		schedule: {kind: 'wsd', warmup: 0, decaySteps: 4096},
	},
	scion: {
		optimizer: {
			...{form: 'study', learningRate: 0.016, weightDecay: 0.1, momentum: 0.95, iterations: 10, epsilon: 1e-15},
			sign: {learningRate: 3.2e-3, beta1: 0.95},
		},
		schedule: {kind: 'linear', warmup: 0},
	},
	soap: {
		optimizer: {
			...{form: 'study', learningRate: 0.016, weightDecay: 0.1, beta1: 0.95, beta2: 0.98, shampooBeta: 0.95},
			...{epsilon: unfelt, preconditionEvery: 1, block: 256},
		},
		schedule: {warmup: 1000},
	},
	kron: {
		optimizer: {
			...{learningRate: 2e-3, weightDecay: 0.9, beta1: 0.98, normalize: true, block: 256},
			...{preconditionerRate: 0.1, leastProbability: 0.05, flatStart: 500},
		},
		schedule: {warmup: 2000},
		clip: 0,
	},
};

/** 128 sequences of 4096 tokens make a step. */
const studyTraining = {steps: 5120, batch: 4, accumulation: 32, length: 4096, clip: 1};
const studyModel = {layers: 32, heads: 8, width: 512, context: 4096, vocabulary: gpt2.vocabulary, bias: false};

/**
The demo's optimizers. A step of the demo averages 2,048 tokens where the papers average half a million: gradients are
noisy, so Sophia's ρ is larger and its momentum shorter than theirs. Sophia's numbers are the best of about twenty trials
on the demo's text, SGD's learning rate the best of 0.03, 0.1, 0.3 and 1 in 1000 steps; those of the others are starting
points.
*/
const tinyOptimizers: Readonly<Partial<Record<OptimizerName, OptimizerJson>>> = {
	adamw: {name: 'adamw', learningRate: 3e-3},
	nadamw: {name: 'nadamw', learningRate: 3e-3},
	'cautious-adamw': {name: 'cautious-adamw', learningRate: 3e-3},
	mars: {name: 'mars', learningRate: 3e-3},
	'adam-mini': {name: 'adam-mini', learningRate: 3e-3},
	lion: {name: 'lion', learningRate: 4e-4},
	'cautious-lion': {name: 'cautious-lion', learningRate: 4e-4},
	sgd: {name: 'sgd', learningRate: 0.3},
	'sophia-g': {name: 'sophia-g', learningRate: 1e-3, weightDecay: 0.1, beta1: 0.9, rho: 1},
	'sophia-h': {name: 'sophia-h', learningRate: 1e-3, weightDecay: 0.1, beta1: 0.9, curvature: {fraction: 0.25}},
	muon: {name: 'muon', learningRate: 0.02, adamw: {learningRate: 3e-3}},
	scion: {name: 'scion', form: 'study', learningRate: 0.02, sign: {learningRate: 1e-3}},
	soap: {name: 'soap', learningRate: 3e-3},
	kron: {name: 'kron', learningRate: 1e-3},
};

/** How the demo trains: minutes on two cores. */
const tinyTraining: TrainingOptions = {
	steps: 3000,
	batch: 16,
	schedule: {warmup: 100, finalRatio: 0.05},
	evaluation: {every: 500, batches: 20},
};

/**
A run of that size with that optimizer, in every detail but the data.

@example
```
const {model, optimizer, training} = preset('125m', 'sophia-g');
```
@throws RangeError `ERR_SOPHIA_INVALID_ARGUMENT` for a size or an optimizer that does not exist, and for an optimizer
that nobody published numbers for at that size.
*/
export function preset(size: PresetSize, optimizer: OptimizerName): Preset {
	const options = presetOptions(size, optimizer);
	const model = makeConfig(options.model);
	return {
		model,
		optimizer: optimizerFromJson(options.optimizer),
		training: makeTraining(options.training, model.context),
	};
}

/** What a preset decides, for others to stand over. @throws RangeError `ERR_SOPHIA_INVALID_ARGUMENT` */
export function presetOptions(size: PresetSize, optimizer: OptimizerName): PresetOptions {
	oneOf('preset', size, presetSizes);
	oneOf('optimizer', optimizer, optimizerNames);
	if (size === 'tiny') {
		return {model: tinyModel, optimizer: tinyOptimizers[optimizer] ?? {name: optimizer}, training: tinyTraining};
	}
	return size === '130m' ? studyOptions(optimizer) : officialOptions(official[size], optimizer);
}

function studyOptions(name: OptimizerName): PresetOptions {
	oneOf('optimizer', name, Object.keys(study));
	const {optimizer, schedule, clip = studyTraining.clip} = {...study[name]} as StudyNumbers;
	const training = {...studyTraining, clip, schedule: {...schedule, finalRatio: 0}};
	return {model: studyModel, optimizer: {name, ...optimizer}, training};
}

function officialOptions({model, batch, accumulation, rates, rho}: Numbers, name: OptimizerName): PresetOptions {
	oneOf('optimizer', name, Object.keys(rates));
	const [learningRate, final] = rates[name as OfficialName];
	const own = {
		adamw: {},
		lion: {},
		'sophia-g': {rho, curvature: officialCurvature},
		'sophia-h': {beta1: 0.96, gamma: 0.01, curvature: paperHutchinson},
	}[name as OfficialName];
	const schedule = {...officialSchedule, finalRatio: final / learningRate};
	return {
		model: {...officialModel, ...model},
		optimizer: {name, learningRate, decay: 'matrices', ...own},
		training: {...officialTraining, batch, accumulation, schedule},
	};
}
