import type {Document} from '../../../bench/study/document';
import {body} from '../../../bench/study/parts';
import {hostile} from '../../lib/report/hostile';
import {charts, sample} from './sample';

const count = (text: string, words: string) => text.split(words).length - 1;

test('everything is said without a script: facts, tables, and the numbers of every chart', () => {
	const {text} = body(sample);
	for (const words of ['AMD EPYC', 'told from AdamW', '2.0477', '&gt; 1.25', 'diverged', 'not reached']) {
		expect(text).toContain(words);
	}
	const parts = sample.sections.flatMap((section) => [...section.tables, ...section.charts]);
	expect(count(text, '<table ')).toBe(parts.length);
	expect(count(text, '<th scope="col"')).toBeGreaterThan(20);
});

test('a stamp stands over everything, on every table, on every chart and on its numbers', () => {
	const {text} = body({...sample, stamp: 'UNTUNED: AdamW'});
	expect(text).toMatch(/^<p id="stamp" class="stamp">UNTUNED: AdamW<\/p>/);
	for (const part of text.split('<figure').slice(1)) {
		expect(part).toMatch('<p class="stamp">UNTUNED: AdamW</p>');
		expect(part).toMatch('<div class="scroll" data-stamp="UNTUNED"');
	}
	expect(body(sample).text).not.toMatch('stamp');
});

test('a part may have a stamp of its own', () => {
	const [section] = sample.sections;
	const tables = (section?.tables ?? []).map((table) => ({...table, stamp: 'FEW SEEDS: 2'}));
	const {text} = body({...sample, sections: [{title: '', paragraphs: [], tables, charts: [charts.losses]}]});
	expect(count(text, '<p class="stamp">FEW SEEDS: 2</p>')).toBe(1);
});

test('every link leads to its section, and every label to what it names', () => {
	const {text} = body(sample);
	const ids = [...text.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
	const wanted = [...text.matchAll(/ (?:href="#|aria-labelledby=")([^"]+)"/g)].map(([, id]) => id);
	expect(new Set(ids).size).toBe(ids.length);
	expect(wanted.filter((id) => !ids.includes(id))).toEqual([]);
	expect(wanted.length).toBeGreaterThan(20);
});

test('rows may be short, points out of place, and text hostile', () => {
	const columns = [hostile, hostile].map((title) => ({title, numeric: true}));
	const table = {caption: hostile, columns, rows: [[hostile], []], stamp: hostile};
	const axis = {title: hostile, log: 10} as const;
	const points = [0, -1, 1].map((x) => ({x, y: x, label: hostile}));
	const chart = {title: hostile, about: hostile, x: axis, y: axis, series: [{name: hostile, points}], stamp: hostile};
	const section = {title: hostile, paragraphs: [hostile], tables: [table], charts: [chart]};
	const document: Document = {title: hostile, stamp: hostile, head: [[hostile, hostile]], sections: [section, section]};
	const {text} = body(document);
	expect(text).not.toMatch(/<script|<img|<svg|<!--/);
	expect(text).toMatch('2 points have no place on the horizontal axis.');
});
