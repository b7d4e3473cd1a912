import {readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {readJson, readKept, writeJson} from '../../../bench/study/json';
import {temporaryDirectory} from '../../lib/temporary';

const directory = temporaryDirectory();

test('numbers that JSON does not have are words', async () => {
	const path = join(directory(), 'a', 'b.json');
	await writeJson(path, {losses: [1, Infinity, NaN], name: 'x'});
	expect(readFileSync(path, 'utf8')).toContain('"diverged"');
	expect(readJson(path)).toEqual({losses: [1, Infinity, NaN], name: 'x'});
});

test('a file that was cut is no JSON', async () => {
	const path = join(directory(), 'b.json');
	await writeJson(path, {a: 1});
	const {truncateSync} = jest.requireActual<typeof import('node:fs')>('node:fs');
	truncateSync(path, 4);
	expect(() => readJson(path)).toThrow(SyntaxError);
});

test('what was kept is read where it is whole, and damage is told', async () => {
	const path = join(directory(), 'c.json');
	const told: string[] = [];
	const read = () =>
		readKept(
			path,
			(json) => (json as {a: {b?: number}}).a.b,
			(line) => told.push(line),
		);
	expect([read(), told]).toEqual([undefined, []]);
	await writeJson(path, {a: {b: 1}});
	expect([read(), told]).toEqual([1, []]);
	await writeJson(path, {a: {}});
	expect([read(), told]).toEqual([undefined, []]);
	for (const text of ['{"a"', '{}']) {
		writeFileSync(path, text);
		expect(read()).toBeUndefined();
	}
	expect(told).toEqual(Array(2).fill(`  ${path} is damaged, and left out`));
});
