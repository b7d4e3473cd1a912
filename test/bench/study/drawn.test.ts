import type {Axis, Chart, Point} from '../../../bench/study/document';
import {drawn, misplaced} from '../../../bench/study/drawn';

function draw(points: readonly Point[], y: Partial<Axis> = {}, more: Partial<Chart> = {}) {
	const chart: Chart = {
		title: '',
		about: '',
		x: {title: 'x', log: 2},
		y: {title: 'y', ...y},
		series: [{name: 'a', points}],
		...more,
	};
	return {drawn: drawn(chart, new Map([['a', 3]]), 'UNTUNED'), misplaced: misplaced(chart)};
}

const edges = (values: readonly number[], y: Partial<Axis> = {}) =>
	draw(
		values.map((value, i) => ({x: i + 1, y: value})),
		y,
	).drawn.series[0]?.points.map(({edge, lost}) =>
		edge === undefined ? '' : `${edge}${lost === true ? ', lost' : ''}`,
	);

test('what has no value stands at an edge, as does what is beyond the range or has no logarithm', () => {
	const values = [1, NaN, Infinity, -Infinity, 1e200, 0, 5];
	expect(edges(values)).toEqual(['', 'top, lost', 'top, lost', 'bottom, lost', 'top', '', '']);
	expect(edges(values, {log: 10})).toEqual(['', 'top, lost', 'top, lost', 'bottom, lost', 'top', 'bottom', '']);
	expect(edges([1, 0, 5], {range: [0.5, 2]})).toEqual(['', 'bottom', 'top']);
});

test('everything drawn is finite, and survives JSON', () => {
	const intervals = [NaN, Infinity, -Infinity, 0, 1].map((low, i) => ({x: 2 ** i, y: 1, low, high: -low}));
	const wild = [NaN, Infinity, -Infinity, 1e300, -1e300].map((value) => ({x: value, y: value}));
	const levels = [NaN, Infinity, 0, 1].map((at) => ({at, title: ''}));
	const bands = [NaN, -Infinity, 1, 3].map((from) => ({from, to: 2, title: ''}));
	for (const range of [
		[NaN, 1],
		[0, Infinity],
		[2, 1],
		[0, 1],
	] as const) {
		const {drawn: result} = draw([...intervals, ...wild], {log: 10, range}, {levels, bands});
		expect(JSON.parse(JSON.stringify(result))).toEqual(result);
		expect(result.y.range).toBeUndefined();
		expect(result.levels).toHaveLength(1);
		expect(result.bands).toHaveLength(2);
	}
});

test('points without a place on the horizontal axis are counted and left out, others are in order', () => {
	const {drawn: result, misplaced: count} = draw([4, 0, NaN, 1].map((x) => ({x, y: 1})));
	expect(count).toBe(2);
	expect(result.series[0]?.points.map(({x}) => x)).toEqual([1, 4]);
});

test('a series has the style of its name, and what is neutral none', () => {
	const {drawn: result} = draw(
		[],
		{},
		{
			series: [
				{name: 'a', points: []},
				{name: 'a', neutral: true, points: []},
			],
		},
	);
	expect(result.series.map(({style}) => style)).toEqual([3, undefined]);
	expect(result.stamp).toBe('UNTUNED');
});
