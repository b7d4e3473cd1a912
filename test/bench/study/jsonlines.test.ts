import {appendFileSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {JsonLines} from '../../../bench/study/jsonlines';
import {temporaryDirectory} from '../../lib/temporary';

const directory = temporaryDirectory();
const open = () => new JsonLines(join(directory(), 'a', 'lines.jsonl'), (json) => (json as {n?: number}).n);

test('lines are added and found again, in their order', () => {
	const lines = open();
	expect([lines.found, lines.unreadable]).toEqual([[], []]);
	[0, 1, 2].forEach((n) => lines.add({n}));
	expect(open().found).toEqual([0, 1, 2]);
});

test('lines that say nothing are counted, and stay; a cut one does not spoil the next', () => {
	open().add({n: 1});
	appendFileSync(open().path, '{"m":1}\nnull\n{"n":');
	const lines = open();
	expect([lines.found, lines.unreadable]).toEqual([[1], [2, 3, 4]]);
	lines.add({n: 5});
	expect(open().found).toEqual([1, 5]);
	expect(readFileSync(lines.path, 'utf8')).toBe('{"n":1}\n{"m":1}\nnull\n{"n":\n{"n":5}\n');
	writeFileSync(lines.path, '{"n":7}');
	expect(open().found).toEqual([7]);
});
