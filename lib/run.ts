/** A run as native code is told of it: one flat record without defaults, and the JSON that its checkpoints carry. */
import type {RunJson} from './checkpoint';
import type {Dtype, Gpt2Config} from './config';
import type {Dataset} from './dataset';
import {argumentError} from './errors';
import type {NativeTrainerConfig} from './native';
import type {Curvature, Optimizer} from './optimizers/optimizer';
import {nativeChoice} from './optimizers/parameters';
import type {Training} from './training';

/** Everything that is decided about a run before it starts. */
export interface RunPlan {
	readonly model: Gpt2Config;
	readonly dtype: Dtype;
	readonly optimizer: Optimizer;
	readonly data: Pick<Dataset, 'train' | 'validation' | 'vocabulary' | 'format' | 'toJSON'>;
	readonly training: Training;
	/** Empty writes nothing. */
	readonly directory: string;
	readonly resume: boolean;
}

/** The plan as a checkpoint carries it. */
export function runJson({
	optimizer,
	data,
	training,
	dtype,
}: Pick<RunPlan, 'optimizer' | 'data' | 'training' | 'dtype'>): RunJson {
	return {optimizer: optimizer.toJSON(), data: data.toJSON(), training, dtype};
}

/** The plan as native code reads it. @throws RangeError `ERR_SOPHIA_INVALID_ARGUMENT` when data and model do not fit */
export function trainerConfig(plan: RunPlan): NativeTrainerConfig {
	checkFit(plan);
	const {optimizer, data, training, directory, resume} = plan;
	const {schedule, evaluation, checkpoint} = training;
	return {
		...nativeChoice(optimizer, plan.model),
		learningRate: optimizer.rule.learningRate,
		weightDecay: optimizer.rule.weightDecay,
		decay: optimizer.decay,
		schedule: schedule.kind,
		warmup: schedule.warmup,
		finalRatio: schedule.finalRatio,
		decaySteps: schedule.decaySteps,
		warmupForm: schedule.warmupForm,
		steps: training.steps,
		batch: training.batch,
		length: training.length,
		accumulation: training.accumulation,
		clip: training.clip,
		...nativeRefresh(optimizer.refresh()),
		...optimizer.scaling(),
		seed: training.seed,
		train: data.train.path,
		validation: data.validation.path,
		format: data.format,
		evaluateEvery: evaluation.every,
		evaluateBatches: evaluation.batches,
		checkpointEvery: checkpoint.keepEvery,
		saveEvery: checkpoint.every,
		directory,
		resume,
		divergedAfter: training.divergedAfter,
		config: JSON.stringify(runJson(plan)),
	};
}

/** Native code reads every field; those of the other estimate mean nothing to it. */
function nativeRefresh(curvature: Curvature | undefined) {
	const {every = 0, timing = 'after', fraction = 1, estimator = 'gnb'} = curvature ?? {};
	const gnb = curvature?.estimator === 'gnb' ? curvature : {clip: 0, positions: 'counted' as const};
	const hutchinson =
		curvature?.estimator === 'hutchinson' ? curvature : {distribution: 'rademacher' as const, probes: 1};
	return {
		every,
		timing,
		fraction,
		estimator,
		hessianClip: gnb.clip,
		positions: gnb.positions,
		distribution: hutchinson.distribution,
		probes: hutchinson.probes,
	};
}

function checkFit({model, data, training}: RunPlan): void {
	if (data.vocabulary > model.vocabulary) {
		const expected = `Expected the model's vocabulary to cover the ${data.vocabulary} tokens of the data`;
		throw argumentError('range', `${expected}, got ${model.vocabulary}`);
	}
	for (const {path, tokens} of [data.train, data.validation]) {
		if (tokens <= training.length) {
			const expected = `more than \`length\`, ${training.length} tokens`;
			throw argumentError('range', `Expected \`${path}\` to have ${expected}, got ${tokens}`);
		}
	}
}
