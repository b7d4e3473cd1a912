import {candidateNamed} from '../../../bench/candidates/index';
import {axesOf} from '../../../bench/study/grids';

const adamw = candidateNamed('adamw');

test('everything is searched, or what is asked for, with grids of its own', () => {
	expect(axesOf(adamw, undefined)).toBe(adamw.axes);
	const axes = axesOf(adamw, ' learningRate=4e-3,1e-3,2e-3  weightDecay ');
	expect(axes.map(({name, grid}) => [name, grid])).toEqual([
		['learningRate', [1e-3, 2e-3, 4e-3]],
		['weightDecay', adamw.axes[1]?.grid],
	]);
	expect(axes[0]?.next(4e-3)).toBe(8e-3);
});

test.each([
	['rho=1,2', 'Unknown setting `rho` of adamw in `--grid`, expected some of learningRate, weightDecay,'],
	['learningrate=1,2', 'did you mean `learningRate`'],
	[
		'learningRate=1e-3',
		'Expected two values or more for `learningRate` in `--grid`: with one there is nothing to search',
	],
	['learningRate=1e-3,1e-3', 'Expected two values or more'],
	['learningRate=', 'Expected numbers from 0 on for `learningRate`'],
	['learningRate=1,-2', 'Expected numbers from 0 on'],
	['learningRate=1,x', 'Expected numbers from 0 on'],
])('%s is refused', (text, message) => {
	expect(() => axesOf(adamw, text)).toThrow(message);
});
