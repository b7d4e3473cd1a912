import {candidateNames, candidateNamed} from '../../../bench/candidates/index';
import {presetNamed, presetNames, presets} from '../../../bench/study/presets';
import {shapeOf} from '../../../bench/study/options';
import {parametersOf} from '../../../bench/study/regime';

test('presets are whole', () => {
	expect(presetNames).toEqual(['cpu-small']);
	for (const {optimizers, baselines, ratios, beyond, full, predicted, plan} of presets) {
		expect([...optimizers, ...baselines].filter((name) => !candidateNames.includes(name))).toEqual([]);
		expect(baselines.every((name) => candidateNamed(name).baseline)).toBe(true);
		expect(beyond).toBeGreaterThan(Math.max(...ratios));
		expect(full.filter((ratio) => !ratios.includes(ratio))).toEqual([]);
		const sizes = [plan.shape, shapeOf(predicted)].map(parametersOf);
		expect(sizes).toEqual([...sizes].sort((a, b) => a - b));
	}
});

test('one that is not there is refused, with those that are', () => {
	expect(presetNamed('cpu-small').name).toBe('cpu-small');
	expect(() => presetNamed('gpu-large')).toThrow('Unknown preset `gpu-large`, expected one of cpu-small');
});
