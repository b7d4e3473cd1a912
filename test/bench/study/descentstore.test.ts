import {appendFileSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import type {Found} from '../../../bench/study/descents';
import {DescentStore} from '../../../bench/study/descentstore';
import {temporaryDirectory} from '../../lib/temporary';

const directory = temporaryDirectory();
const found: Found = {
	...{problem: 'saddle', condition: 10, method: 'lion', tried: 13, edge: false},
	...{rate: 0.5, steps: 7, left: 0.01},
};
const lost: Found = {...found, steps: undefined, left: Infinity};

test('what was found is found again, by what was asked for in whatever order', () => {
	const path = join(directory(), 'new', 'quadratics.jsonl');
	const store = new DescentStore(path);
	store.add({method: 'lion', size: 2}, found);
	store.add({method: 'lion', size: 3}, lost);
	for (const each of [store, new DescentStore(path)]) {
		expect(each.find({size: 2, method: 'lion'})).toEqual(found);
		expect(each.find({size: 3, method: 'lion'})).toEqual(lost);
		expect(each.find({size: 4, method: 'lion'})).toBeUndefined();
	}
});

test('a file that was cut loses its last line, and what is nobody’s is passed over', () => {
	const path = join(directory(), 'quadratics.jsonl');
	const store = new DescentStore(path);
	store.add(1, found);
	store.add(2, found);
	writeFileSync(path, `null\n7\n{"key":"a"}\n${readFileSync(path, 'utf8').slice(0, -20)}`);
	const cut = new DescentStore(path);
	expect([cut.find(1), cut.find(2)]).toEqual([found, undefined]);
	cut.add(2, found);
	appendFileSync(path, '{"key');
	const again = new DescentStore(path);
	expect([again.find(1), again.find(2)]).toEqual([found, found]);
});
