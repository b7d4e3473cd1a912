import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {charts, keys, phases} from '../../../lib/report/charts';

/** What native code writes, by the text that writes it; the phases are named there as well. */
const written = readFileSync(join(__dirname, '../../../native/train/line.h'), 'utf8');
const names = [...written.matchAll(/\{"(\w+)", /g)].map(([, name]) => name);

test('every number of a chart is one that native code writes', () => {
	const asked = [...keys].map((key) => key.replace('milliseconds.', '')).filter((key) => key !== 'hours'); // counted here
	expect(asked.filter((key) => !names.includes(key))).toEqual([]);
});

test('every phase is drawn', () => {
	const [, block = ''] = /"milliseconds", Json::Object\{(.*?)\}\}\}/s.exec(written) ?? [];
	expect([...block.matchAll(/"(\w+)"/g)].map(([, name]) => `milliseconds.${name ?? ''}`)).toEqual(
		phases.map(({key}) => key),
	);
});

test('every chart says what it shows, once', () => {
	expect(new Set(charts.map(({title}) => title)).size).toBe(charts.length);
	expect(charts.filter(({about}) => !about.endsWith('.'))).toEqual([]);
});
