import type {Chart, Point} from '../../../bench/study/document';
import {describer, show, showPlace} from '../../../bench/study/number';

const chart = (points: readonly Point[], more: Partial<Chart> = {}): Chart => ({
	title: 'a',
	about: '',
	x: {title: 'x'},
	y: {title: 'y'},
	series: [{name: 'one', points}],
	...more,
});

const said = (points: readonly Point[], more: Partial<Chart> = {}) => points.map(describer(chart(points, more)));

test('a number has five digits, thousands are whole', () => {
	const numbers = [2.345678, 0, -0.5, 1_105_920, 6e-4, 1e20, Infinity, -Infinity, NaN];
	expect(numbers.map(show)).toEqual(
		['2.3457', '0', '-0.5', '1,105,920', '6e-4', '1e+20', '∞', '−∞', 'not a number'], //
	);
});

test('a part of one is a fraction on an axis of base 2 only', () => {
	expect([0.25, 1, 8, 0.3].map((value) => showPlace({title: '', log: 2}, value))).toEqual(['1/4', '1', '8', '0.3']);
	expect(showPlace({title: '', log: 10}, 0.25)).toBe('0.25');
	expect(showPlace({title: '', log: 2}, 4e-4)).toBe('4e-4'); // and no 1/2500
});

test('values of a chart have the same digits after the point', () => {
	expect(
		said([
			{x: 1, y: 2.5, low: 2, high: 3},
			{x: 2, y: 12},
		]),
	).toEqual(['2.50 [2.00, 3.00]', '12.00']);
	expect(said([{x: 1, y: 1 / 3}], {y: {title: '', decimals: 1}})).toEqual(['0.3']);
	expect(
		said(
			[
				{x: 1, y: 3},
				{x: 2, y: 123_456},
			],
			{y: {title: '', log: 10}},
		),
	).toEqual(['3', '123,456']);
	expect(
		said([
			{x: 1, y: 0},
			{x: 2, y: 2e-5},
		]),
	).toEqual(['0', '2e-5']);
});

test('a point says that it has no value, that it is a bound, and its label', () => {
	expect(
		said([
			{x: 1, y: NaN},
			{x: 2, y: Infinity, label: 'at step 7'},
		]),
	).toEqual(['diverged', 'diverged (at step 7)']);
	expect(said([{x: 1, y: Infinity}], {lost: 'not reached'})).toEqual(['not reached']);
	expect(
		said([
			{x: 1, y: 1.5, bound: 'above'},
			{x: 2, y: 1, bound: 'below'},
		]),
	).toEqual(['> 1.500', '< 1.000']);
	expect(said([{x: 1, y: 1.5, low: 1}])).toEqual(['1.500 [1.000, ∞]']);
});
