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

test('settings come in the order of the search, and none at the end of its line, however they are given', () => {
	const axes = axesOf(adamw, 'clip=0,2,0.5 learningRate=2e-3,1e-3');
	expect(axes.map(({name, grid}) => [name, grid])).toEqual([
		['learningRate', [1e-3, 2e-3]],
		['clip', [0.5, 2, 0]],
	]);
	expect([axes[1]?.next(2), axes[1]?.next(0), axes[1]?.previous(0)]).toEqual([0, undefined, 2]);
	expect(axesOf(adamw, 'warmup=0.9,0 beta1=0.5,0').map(({grid}) => grid)).toEqual([
		[0, 0.9],
		[0, 0.5],
	]);
});

test.each([
	['rho=1,2', 'Unknown setting `rho` of adamw in `--grid`, expected some of learningRate, weightDecay,'],
	['learningrate=1,2', 'did you mean `learningRate`'],
	[
		'learningRate=1e-3',
		'Expected two values or more for `learningRate` in `--grid`: with one there is nothing to search',
	],
	['learningRate=1e-3,1e-3', 'Expected two values or more'],
	['learningRate=', 'Expected numbers above 0 for `learningRate` in `--grid`, got ``'],
	['learningRate=1,-2', 'Expected numbers above 0'],
	['learningRate=1,0', 'Expected numbers above 0'],
	['learningRate=1,x', 'Expected numbers above 0'],
	['learningRate=1,Infinity', 'Expected numbers above 0'],
	['weightDecay=0,-0.1', 'Expected numbers from 0 on for `weightDecay`'],
	['weightDecay=0,1e999', 'Expected numbers from 0 on'],
	['clip=-1,0', 'Expected numbers from 0 on for `clip`'],
	['beta2=0.9,1', 'Expected numbers from 0 on and below 1 for `beta2` in `--grid`, got `0.9,1`'],
	['warmup=0,1', 'Expected numbers from 0 on and below 1 for `warmup`'],
	['clip=1,2 learningRate clip', 'Expected every setting once in `--grid`, got `clip` twice'],
])('%s is refused', (text, message) => {
	expect(() => axesOf(adamw, text)).toThrow(message);
});

test.each(['0,5', '2.5,5', '5,1e300'])('a count of %s is refused', (values) => {
	expect(() => axesOf(candidateNamed('sophia-g'), `every=${values}`)).toThrow(
		`Expected whole numbers from 1 on for \`every\` in \`--grid\`, got \`${values}\``,
	);
});
