import type {Settings} from '../../../lib/cli/options';
import {runOptions, stand, standOverPreset} from '../../../lib/cli/settings';
import {optimizerFromJson} from '../../../lib/optimizers/index';
import {optimizerNames} from '../../../lib/optimizers/index';
import {preset, presetOptions} from '../../../lib/presets';
import {makeTraining} from '../../../lib/training';

const base = presetOptions('tiny', 'sophia-g');

/** Every path of an object that ends in a value. */
function paths(value: object, prefix = ''): string[] {
	return Object.entries(value).flatMap(([key, inner]: [string, unknown]) =>
		typeof inner === 'object' && inner !== null ? paths(inner, `${prefix}${key}.`) : [`${prefix}${key}`],
	);
}

describe('the options of a run', () => {
	test('are all that a run decides, under names of their own', () => {
		const decided = optimizerNames.flatMap((name) => {
			const {model, optimizer, training} = preset('tiny', name);
			return paths({model, optimizer: optimizer.toJSON(), training});
		});
		const chosen = ['optimizer.name', 'optimizer.curvature.estimator']; // by the name of the optimizer
		const wanted = [...new Set(decided)].filter((path) => !chosen.includes(path));
		expect(runOptions.map(({path}) => path.join('.')).sort()).toEqual(wanted.sort());
		expect(new Set(runOptions.map(({name}) => name)).size).toBe(runOptions.length);
	});

	test('of other optimizers are refused, with the flag and whose they are', () => {
		expect(() => stand(base, {gamma: 0.1})).toThrow(
			'`--gamma` is an option of mars, sophia-h, and this run has sophia-g',
		);
		expect(() => stand(base, {curvatureProbes: 2})).toThrow('`--curvature-probes` is an option of sophia-h');
		const adamw = presetOptions('tiny', 'adamw');
		expect(() => stand(adamw, {targetWinRate: 0.2})).toThrow('an option of sophia-g, sophia-h, and this run has adamw');
		expect(stand(adamw, {beta1: 0.8}).optimizer).toMatchObject({beta1: 0.8});
	});

	test('of a rule beside the own one stand in a part of their own', () => {
		const muon = presetOptions('tiny', 'muon');
		const run = stand(muon, {adamwLearningRate: 0.5, scale: 'match-adamw'});
		expect(run.optimizer).toEqual({...muon.optimizer, adamw: {learningRate: 0.5}, scale: 'match-adamw'});
		expect(() => stand(muon, {signLearningRate: 0.5})).toThrow(
			'`--sign-learning-rate` is an option of scion, and this run has muon',
		);
		expect(stand(presetOptions('tiny', 'scion'), {form: 'official', radiusMatrix: 5}).optimizer).toMatchObject({
			form: 'official',
			radii: {matrix: 5},
		});
		expect(stand(presetOptions('tiny', 'kron'), {noiseSeed: 5, seed: 6})).toMatchObject({
			optimizer: {seed: 5},
			training: {seed: 6},
		});
	});

	test('stand over a preset, each in its place', () => {
		const run = stand(base, {layers: 2, rho: 0.1, curvatureEvery: 5, schedule: 'wsd', warmup: 3, steps: 50, clip: 0});
		expect(run.model).toEqual({...base.model, layers: 2});
		expect(optimizerFromJson(run.optimizer)).toMatchObject({rho: 0.1, curvature: {every: 5, clip: 0}});
		expect(makeTraining(run.training, 64)).toMatchObject({steps: 50, clip: 0, schedule: {kind: 'wsd', warmup: 3}});
	});

	test('leave the preset as it was, and what follows from them free', () => {
		const before = structuredClone(base);
		const run = standOverPreset(base, {steps: 50, form: 'paper'});
		expect(base).toEqual(before);
		expect(makeTraining(run.training, 64).schedule).toMatchObject({warmup: 5, decaySteps: 10});
		expect(optimizerFromJson(run.optimizer)).toMatchObject({epsilon: 1e-12});
	});

	test('leave the warm-up of a preset to its own number of steps, and to who asks for it', () => {
		const official = presetOptions('125m', 'adamw');
		const warmup = (given: Settings) => makeTraining(standOverPreset(official, given).training, 1024).schedule.warmup;
		expect(warmup({})).toBe(2000);
		expect(warmup({steps: 100_000})).toBe(2000);
		expect(warmup({steps: 1000})).toBe(100);
		expect(warmup({steps: 1000, warmup: 7})).toBe(7);
	});
});
