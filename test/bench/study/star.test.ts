import {clip, learningRate, weightDecay} from '../../../bench/candidates/axes';
import {changed, diagonals, line, neighbours, starOf} from '../../../bench/study/star';
import {published} from './regimes';

const rate = learningRate([3e-4, 6e-4, 1.2e-3]);
const decay = weightDecay([0, 0.1]);

test('neighbours differ in one setting, diagonals in two', () => {
	expect(neighbours(published, rate).map(({learningRate: value}) => value)).toEqual([3e-4, 1.2e-3]);
	expect(neighbours({...published, weightDecay: 0}, decay).map(({weightDecay: value}) => value)).toEqual([0.1]);
	const pairs = diagonals(published, rate, decay).map((each) => [each.learningRate, each.weightDecay]);
	expect(pairs).toEqual([
		[3e-4, 0],
		[3e-4, 0.2],
		[1.2e-3, 0],
		[1.2e-3, 0.2],
	]);
	expect(line(published, decay).map(({weightDecay: value}) => value)).toEqual([0, 0.1]);
	expect(changed(published, 'clip', undefined)).toBeUndefined();
});

test('a star holds what differs in one setting, in the order of the axis', () => {
	const point = (changes: object, loss: number) => ({settings: {...published, ...changes}, losses: {0: loss}});
	const points = [
		point({}, 2),
		point({learningRate: 1.2e-3}, Infinity),
		point({learningRate: 3e-4}, 2.5),
		point({clip: 0}, 2.2),
		point({clip: 2}, 2.1),
		point({clip: 2, learningRate: 3e-4}, 9),
		{settings: {...published, clip: 0.5}, losses: {1: 1}},
	];
	expect(starOf(points, published, [rate, clip], 0)).toEqual([
		{
			axis: 'learningRate',
			points: [
				{value: 3e-4, loss: 2.5},
				{value: 6e-4, loss: 2},
				{value: 1.2e-3, loss: Infinity},
			],
		},
		{
			axis: 'clip',
			points: [
				{value: 1, loss: 2},
				{value: 2, loss: 2.1},
				{value: 0, loss: 2.2},
			],
		},
	]);
});
