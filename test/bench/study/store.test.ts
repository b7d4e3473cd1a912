import {appendFileSync, readFileSync, truncateSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {Store} from '../../../bench/study/store';
import {temporaryDirectory} from '../../lib/temporary';
import {jobOf, runOf} from './regimes';

const directory = temporaryDirectory();
const path = () => join(directory(), 'study', 'runs.jsonl');

test('keeps runs, and finds them again', () => {
	const store = new Store(path());
	expect([store.find(jobOf()), store.all()]).toEqual([undefined, []]);
	store.add(runOf());
	store.add(runOf({seed: 1}, null));
	const again = new Store(path());
	expect(again.all()).toEqual([runOf(), runOf({seed: 1}, null)]);
	expect([again.find(jobOf())?.loss, again.find(jobOf({seed: 1}))?.loss]).toEqual([2, null]);
	expect([again.find(jobOf({seed: 2})), again.unreadable]).toEqual([undefined, []]);
});

test('a file that was cut anywhere loses its last line and nothing else, and grows on', () => {
	const store = new Store(path());
	[0, 1, 2].forEach((seed) => store.add(runOf({seed})));
	const whole = readFileSync(path());
	const last = whole.lastIndexOf('\n', whole.length - 2) + 1;
	for (const length of [last + 1, last + 40, whole.length - 2]) {
		writeFileSync(path(), whole);
		truncateSync(path(), length);
		const cut = new Store(path());
		expect([cut.all().map(({seed}) => seed), cut.unreadable]).toEqual([[0, 1], [3]]);
		cut.add(runOf({seed: 7}));
		expect(new Store(path()).all().map(({seed}) => seed)).toEqual([0, 1, 7]);
	}
});

test('a file that lost its last line break is whole', () => {
	new Store(path()).add(runOf());
	truncateSync(path(), readFileSync(path()).length - 1);
	const store = new Store(path());
	expect([store.all().length, store.unreadable]).toEqual([1, []]);
	store.add(runOf({seed: 1}));
	expect(new Store(path()).all()).toHaveLength(2);
});

test.each([
	['rubbish', 'no JSON'],
	['null', 'null'],
	['a list', '[]'],
	['an object without a job', '{"key":"0"}'],
	['a loss that is a text', JSON.stringify({...runOf(), loss: '1'})],
	['a run under the name of another', JSON.stringify({...runOf(), key: runOf({seed: 1}).key})],
	['a run whose job was changed', JSON.stringify({...runOf(), seed: 5})],
])('%s is no run, and is left where it is', (_what, line) => {
	new Store(path()).add(runOf());
	appendFileSync(path(), `${line}\n`);
	const store = new Store(path());
	expect([store.all(), store.unreadable]).toEqual([[runOf()], [2]]);
	expect(readFileSync(path(), 'utf8')).toContain(line);
});
