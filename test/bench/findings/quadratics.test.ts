import {cellsOf, columnsOf, course, quadraticsSection, steps} from '../../../bench/findings/quadratics';
import type {Found} from '../../../bench/study/descents';
import {standardSurvey} from '../../../bench/study/survey';

const found = (condition: number, count: number | undefined, rate: number, method = 'lion'): Found => ({
	...{problem: 'separable', condition, method, left: 0, tried: 13, edge: false},
	...{steps: count, rate},
});

test('steps, with the rate they have', () => {
	expect(steps(found(10, 255, 1 / 8), 1000)).toBe('255 2^-3');
	expect(steps(found(10, undefined, 1 / 8), 1000)).toBe('> 1000 2^-3');
	expect(steps(undefined, 1000)).toBe('-');
});

test('a course from the least to the greatest condition number', () => {
	const first = found(10, 200, 1 / 4);
	expect(course([first, found(100, 300, 1), found(1000, 500, 1 / 32)], 1000)).toEqual(['× 2.5', '× 8']);
	expect(course([first, found(1000, undefined, 1 / 32)], 1000)).toEqual(['> × 5', '× 8']);
	expect(course([found(10, undefined, 1), first], 1000)).toEqual(['-', '-']);
	expect(course([first], 1000)).toEqual(['-', '-']);
	expect(course([], 1000)).toEqual(['-', '-']);
});

test('a row that was interrupted has no course', () => {
	const survey = {conditions: [10, 100, 1000], limit: 1000};
	expect(columnsOf(survey)).toEqual(['κ 10', 'κ 100', 'κ 1000', 'steps grow', 'the rate falls']);
	expect(cellsOf([found(10, 200, 1), found(100, 400, 1)], survey)).toEqual(['200 2^0', '400 2^0', '-', '-', '-']);
});

test('a section has a table and a chart for each problem that there is, and what was never reached is a bound', () => {
	const methods = standardSurvey.methods.filter(({name}) => ['lion', 'adamw'].includes(name));
	const survey = {...standardSurvey, methods, conditions: [10, 100], limit: 1000};
	const all = [
		...[found(10, 80, 1, 'adamw'), found(100, 160, 0.5, 'adamw')],
		...[found(10, 400, 1), found(100, undefined, 0.25)],
	];
	const {tables, charts} = quadraticsSection(all, survey);
	expect(tables.map(({rows}) => rows)).toEqual([
		[
			['AdamW', '80 2^0', '160 2^-1', '× 2', '× 2'],
			['Lion', '400 2^0', '> 1000 2^-2', '> × 2.5', '× 4'],
		],
	]);
	expect(charts).toHaveLength(1);
	expect(charts[0]).toMatchObject({x: {log: 10}, y: {log: 10}});
	expect(charts[0]?.series).toEqual([
		{
			name: 'AdamW',
			points: [
				{x: 10, y: 80, label: 'rate 2^0'},
				{x: 100, y: 160, label: 'rate 2^-1'},
			],
		},
		{
			name: 'Lion',
			points: [
				{x: 10, y: 400, label: 'rate 2^0'},
				{x: 100, y: 1000, bound: 'above', label: 'rate 2^-2'},
			],
		},
	]);
});
