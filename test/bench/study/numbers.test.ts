import {numbersOf} from '../../../bench/study/numbers';
import {charts} from './sample';

test('a chart is a table: places down, series across, with what points say', () => {
	const {columns, rows, caption} = numbersOf(charts.tokens, 10);
	expect(caption).toBe('Speed-up in tokens: times AdamW');
	expect(columns.map(({title}) => title)).toEqual(['tokens per parameter ÷ 20', 'Lion', 'Sophia-G', 'Sophia-H']);
	expect(rows.map(([place]) => place)).toEqual(['1', '2', '4', '8']);
	expect(rows[3]?.[3]).toBe('> 1.25');
	expect(numbersOf(charts.sensitivity, 10).rows[6]?.[1]).toMatch(/^0\.\d+$/);
	expect(numbersOf(charts.quadratics, 10).rows[5]?.[4]).toBe('not reached');
});

test('of many places some are left out, not the last, and the caption says so', () => {
	const {rows, caption} = numbersOf(charts.curves, 12);
	expect(rows).toHaveLength(12);
	expect(rows.at(-1)?.[0]).toBe('4,423,680');
	expect(caption).toMatch('12 of 202 places');
});

test('places that are equal or not finite are rows as well', () => {
	const points = [0, -0, NaN, NaN, Infinity].map((x, i) => ({x, y: i}));
	const chart = {...charts.losses, series: [{name: 'a', points}]};
	expect(numbersOf(chart, 10).rows).toEqual([
		['0', '0.0000; 1.0000'],
		['∞', '4.0000'],
		['not a number', '2.0000; 3.0000'],
	]);
});
