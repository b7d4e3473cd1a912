import {sensitive, sensitivities} from '../../../bench/study/sensitivity';
import {certificateOf, published} from './regimes';

/** A certificate whose points are rates with their losses. */
const over = (losses: Readonly<Record<string, number>>, best: number) =>
	certificateOf({
		best: {...published, learningRate: best},
		searched: ['learningRate', 'weightDecay'],
		points: Object.entries(losses).map(([rate, loss]) => ({
			settings: {...published, learningRate: Number(rate)},
			losses: {0: loss},
		})),
		star: [
			{axis: 'learningRate', points: Object.entries(losses).map(([rate, loss]) => ({value: Number(rate), loss}))},
			{axis: 'weightDecay', points: [{value: published.weightDecay, loss: 2}]},
		],
	});

test('a setting is insensitive where one value is near-best everywhere', () => {
	const a = over({0.001: 2, 0.002: 2.004, 0.004: 2.5}, 0.001);
	const b = over({0.001: 2.1, 0.002: 1.9, 0.004: Infinity}, 0.002);
	const [rate, decay] = sensitivities([a, b]);
	expect(rate).toEqual({
		setting: 'learningRate',
		common: [0.002],
		near: [[0.001, 0.002], [0.002]],
		cost: Infinity,
	});
	expect(decay).toEqual({setting: 'weightDecay', common: [0.1], near: [[0.1], [0.1]], cost: 0});
	expect(sensitive([a, b])).toEqual([]);
});

test('and sensitive where none is', () => {
	const a = over({0.001: 2, 0.002: 2.1}, 0.001);
	const b = over({0.001: 2.1, 0.002: 2}, 0.002);
	expect(sensitive([a, b])).toEqual(['learningRate']);
	expect(sensitivities([a, b])[0]?.cost).toBeCloseTo(0.1);
});

test('what was not searched everywhere is not judged', () => {
	const a = over({0.001: 2}, 0.001);
	expect(sensitivities([a, certificateOf({searched: ['learningRate']})]).map(({setting}) => setting)).toEqual([
		'learningRate',
	]);
	expect(sensitivities([])).toEqual([]);
});
