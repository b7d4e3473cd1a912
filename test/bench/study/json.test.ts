import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {readJson, writeJson} from '../../../bench/study/json';
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
