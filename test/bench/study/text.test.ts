import {text} from '../../../bench/study/text';
import {charts, sample} from './sample';

const hostile = '\u001B[2Jboo\r\n\u202Eright to left';

test('says what the page shows: title, facts, paragraphs, tables, and numbers of charts', () => {
	const said = text(sample);
	for (const words of [
		'Is Sophia faster',
		'machine   AMD',
		'told from AdamW',
		'Comparison\n----------\n',
		'diverged',
	]) {
		expect(said).toContain(words);
	}
	for (const {about} of Object.values(charts)) {
		expect(said.replaceAll('\n', ' ')).toContain(about);
	}
	expect(said).not.toMatch(/\n\n\n| \n/);
});

test('columns are as wide as what they hold, numbers to the right, and marks over letters take no room', () => {
	const table = {
		caption: 'A table',
		columns: [
			{title: 'name', numeric: false},
			{title: 'n', numeric: true},
		],
		rows: [['m̂omentum', '1'], ['β', '1234'], ['x']],
	};
	const section = {title: 'S', paragraphs: [], tables: [table], charts: []};
	const said = text({title: 'T', head: [], sections: [section]});
	expect(said).toBe('T\n=\n\nS\n-\n\nA table\nname         n\n--------  ----\nm̂omentum     1\nβ         1234\nx\n');
});

test('a stamp stands over everything and on every table and chart', () => {
	const said = text({...sample, stamp: 'UNTUNED: AdamW'});
	const parts = sample.sections.flatMap(({tables, charts}) => [...tables, ...charts]);
	expect(said.match(/^\*\*\* UNTUNED: AdamW \*\*\*$/gm)).toHaveLength(parts.length);
	expect(said).toMatch(/^.*\n=+\n\n\*+\n\* UNTUNED: AdamW \*\n\*+\n/);
});

test('prose is wrapped, and nothing commands the terminal', () => {
	const all = {title: hostile, stamp: hostile, head: [[hostile, hostile]] as const};
	const table = {caption: hostile, columns: [{title: hostile, numeric: true}], rows: [[hostile]]};
	const chart = {...charts.losses, title: hostile, about: hostile};
	const section = {title: hostile, paragraphs: [`${hostile} `.repeat(20)], tables: [table], charts: [chart]};
	const said = text({...all, sections: [section]}, 40);
	expect(said).not.toMatch(/[\p{Cf}\r\u001B]/u);
	const [, prose = ''] = said.split(/-{9,}\n\n/);
	expect(Math.max(...(prose.split('\n\n')[0] ?? '').split('\n').map((line) => line.length))).toBeLessThanOrEqual(40);
});
