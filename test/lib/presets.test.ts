import {parameterCount} from '../../lib/config';
import {optimizerNames} from '../../lib/optimizers/index';
import {preset, presetSizes} from '../../lib/presets';
import {learningRate} from '../../lib/schedule';

const sizes = presetSizes.filter((size) => size !== 'tiny');
const all = presetSizes.flatMap((size) => optimizerNames.map((name) => [size, name] as const));

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
		for (const name of optimizerNames) {
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

	test('a size that does not exist is rejected', () => {
		expect(() => preset('1.5b' as '125m', 'adamw')).toThrow('Expected `preset` to be one of');
	});
});
