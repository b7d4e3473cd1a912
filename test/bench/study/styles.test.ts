import type {Chart} from '../../../bench/study/document';
import {stylesOf} from '../../../bench/study/styles';

const chart = (...names: string[]): Chart => ({
	title: '',
	about: '',
	x: {title: ''},
	y: {title: ''},
	series: names.map((name) => ({name, points: []})),
});

test('a name has one style in all charts, and unused ones come first', () => {
	const styles = stylesOf([chart('a', 'b'), chart('b', 'c'), chart('d')]);
	expect([...styles]).toEqual(['a', 'b', 'c', 'd'].map((name, i) => [name, i]));
});

test('names of one chart differ, whatever other charts have used', () => {
	const many = Array.from({length: 12}, (_, i) => `name ${i}`);
	const charts = [chart(...many), chart('name 0', 'later', 'name 9'), chart('x', 'later')];
	const styles = stylesOf(charts);
	for (const {series} of charts) {
		expect(new Set(series.map(({name}) => styles.get(name))).size).toBe(series.length);
	}
	expect(styles.get('later')).toBeLessThan(7);
});

test('what is neutral takes none', () => {
	const theory = {
		...chart('a'),
		series: [
			{name: 'theory', neutral: true, points: []},
			{name: 'a', points: []},
		],
	};
	expect([...stylesOf([theory])]).toEqual([['a', 0]]);
});
