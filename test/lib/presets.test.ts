import {parameterCount} from '../../lib/config';
import {optimizerNames} from '../../lib/optimizers/index';
import {preset, presetSizes, type PresetSize} from '../../lib/presets';
import {learningRate} from '../../lib/schedule';

const sizes = presetSizes.filter((size) => size !== 'tiny' && size !== '130m');
const official = ['adamw', 'lion', 'sophia-g', 'sophia-h'] as const;
const unstudied = ['cautious-lion', 'sgd', 'sophia-g'];
const namesAt = (size: PresetSize) =>
	optimizerNames.filter(
		(name) =>
			size === 'tiny' || (size === '130m' ? !unstudied.includes(name) : (official as readonly string[]).includes(name)),
	);
const all = presetSizes.flatMap((size) => namesAt(size).map((name) => [size, name] as const));

describe('presets', () => {
	test.each(all)('%s with %s is whole', (size, name) => {
		const {model, optimizer, training} = preset(size, name);
		expect(optimizer.name).toBe(name);
		expect(training.length).toBeLessThanOrEqual(model.context);
	});

	test.each([
		['125m', 124e6],
		['355m', 354e6],
		['770m', 774e6],
	] as const)('%s has about as many parameters as it says', (size, expected) => {
		expect(Math.abs(parameterCount(preset(size, 'adamw').model) / expected - 1)).toBeLessThan(0.01);
	});

	test.each(sizes)('a step of %s is 480 sequences of 1024 tokens, for every optimizer', (size) => {
		for (const name of official) {
			const {training} = preset(size, name);
			expect(training.batch * training.accumulation * training.length).toBe(480 * 1024);
			expect(training).toMatchObject({steps: 100_000, clip: 1, schedule: {warmup: 2000, warmupForm: 'step/warmup'}});
		}
	});

	test.each([
		['125m', 'adamw', 6e-4, 3e-5],
		['125m', 'lion', 1e-4, 5e-6],
		['125m', 'sophia-g', 6e-4, 1.5e-5],
		['355m', 'adamw', 3e-4, 6e-5],
		['355m', 'lion', 1e-4, 5e-6],
		['355m', 'sophia-g', 7e-4, 1e-5],
		['770m', 'adamw', 2e-4, 1e-5],
		['770m', 'lion', 8e-5, 4e-6],
		['770m', 'sophia-g', 3e-4, 1e-5],
	] as const)('%s with %s goes from %d to %d', (size, name, peak, final) => {
		const {optimizer, training} = preset(size, name);
		expect(optimizer.learningRate).toBe(peak);
		expect(learningRate(training.schedule, training.steps, training.steps, peak)).toBeCloseTo(final, 12);
	});

	test.each([
		['125m', 0.05],
		['355m', 0.08],
		['770m', 0.05],
	] as const)('Sophia-G at %s is the official one, with rho %d', (size, rho) => {
		expect(preset(size, 'sophia-g').optimizer).toMatchObject({
			rho,
			form: 'official',
			weightDecay: 0.2,
			decay: 'matrices',
			curvature: {every: 10, timing: 'after', fraction: 1, clip: 1, positions: 'all'},
		});
	});

	test.each([
		['125m', 6e-4, 6e-5],
		['355m', 4e-4, 4e-5],
		['770m', 3e-4, 3e-5],
	] as const)("Sophia-H at %s goes from %d to %d, with the paper's probes", (size, peak, final) => {
		const {optimizer, training} = preset(size, 'sophia-h');
		expect(optimizer).toMatchObject({learningRate: peak, gamma: 0.01, beta1: 0.96, weightDecay: 0.2});
		expect(optimizer.refresh()).toMatchObject({
			timing: 'before',
			fraction: 1 / 15,
			distribution: 'gaussian',
			probes: 1,
		});
		expect(learningRate(training.schedule, training.steps, training.steps, peak)).toBeCloseTo(final, 12);
	});

	test("the study's optimum for Sophia-H has half a million tokens a step and a long warm-up", () => {
		const {optimizer, training} = preset('130m', 'sophia-h');
		expect(optimizer).toMatchObject({beta1: 0.95, beta2: 0.9, gamma: 0.0125, epsilon: 1e-7, learningRate: 4e-3});
		expect(training.batch * training.accumulation * training.length).toBe(2 ** 19);
		expect(training).toMatchObject({steps: 5120, schedule: {warmup: 4000, finalRatio: 0}});
	});

	test("the study's optima for optimizers of matrices have courses of their own, and some clip by themselves", () => {
		expect(preset('130m', 'muon').training.schedule).toMatchObject({
			...{kind: 'wsd', warmup: 0, decaySteps: 4096, finalRatio: 0},
		});
		expect(preset('130m', 'muon').optimizer).toMatchObject({
			...{averaged: false, learningRate: 0.016, iterations: 5, epsilon: 1e-5},
			adamw: {learningRate: 3.2e-3, weightDecay: undefined, beta1: 0.8, beta2: 0.98},
		});
		expect(preset('130m', 'scion')).toMatchObject({
			optimizer: {form: 'study', iterations: 10, sign: {learningRate: 3.2e-3}},
			training: {clip: 1, schedule: {kind: 'linear', warmup: 0}},
		});
		expect(preset('130m', 'mars')).toMatchObject({
			...{optimizer: {clipping: 'global', vectors: 'mars', maxNorm: 1}, training: {clip: 0}},
		});
		expect(preset('130m', 'kron')).toMatchObject({
			...{optimizer: {normalize: true, weightDecay: 0.9, block: 256}, training: {clip: 0}},
		});
		expect(preset('130m', 'soap').optimizer).toMatchObject({form: 'study', precondition1d: true, preconditionEvery: 1});
	});

	test.each(presetSizes.filter((size) => size !== 'tiny'))('%s has no numbers that nobody published', (size) => {
		for (const name of optimizerNames.filter((known) => !namesAt(size).includes(known))) {
			const words = namesAt(size).map((known) => `\`${known}\``);
			expect(() => preset(size, name)).toThrow(
				`Expected \`optimizer\` to be one of ${words.join(', ')}, got \`${name}\``,
			);
		}
	});

	test('a size that does not exist is rejected', () => {
		expect(() => preset('1.5b' as '125m', 'adamw')).toThrow('Expected `preset` to be one of');
	});
});
