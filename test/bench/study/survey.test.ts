import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {DescentStore} from '../../../bench/study/descentstore';
import {makeSurvey, standardSurvey, type Survey} from '../../../bench/study/survey';
import {temporaryDirectory} from '../../lib/temporary';

const directory = temporaryDirectory();
const survey: Survey = {
	...{...standardSurvey, problems: ['separable'], conditions: [10, 100], size: 4, limit: 500},
	methods: standardSurvey.methods.filter(({name}) => ['sophia', 'sgd'].includes(name)),
};

/** What a survey searches, and what it finds. */
async function make(path: string, of = survey) {
	const searched = new Set<string>();
	const onStep = (what: string) => searched.add(what.replace(/: \d+ steps$/, ''));
	const found = await makeSurvey(of, {store: new DescentStore(path), onStep});
	return {searched: [...searched], found};
}

test('what was found is not searched again, but for the first of a row', async () => {
	const path = join(directory(), 'quadratics.jsonl');
	const first = await make(path);
	expect(first.searched).toHaveLength(4);
	expect(first.found.map(({method, condition}) => [method, condition])).toEqual([
		...[10, 100].map((condition) => ['sophia', condition]),
		...[10, 100].map((condition) => ['sgd', condition]),
	]);
	const text = readFileSync(path, 'utf8');
	const second = await make(path);
	expect(second.found).toEqual(first.found);
	expect(second.searched.every((what) => what.includes('κ 10,'))).toBe(true);
	expect(second.searched).toHaveLength(2);
	expect(readFileSync(path, 'utf8')).toBe(text);
	expect((await make(path, {...survey, tolerance: 1e-2})).searched).toHaveLength(4);
});

test('code that computes otherwise believes nothing that is kept', async () => {
	const path = join(directory(), 'quadratics.jsonl');
	const {found} = await make(path);
	const store = new DescentStore(path);
	const {size, seed, tolerance, limit, methods} = survey;
	const optimizer = methods.find(({name}) => name === 'sgd')?.optimizer.toJSON();
	const sort = {problem: 'separable', condition: 10, size, seed};
	found
		.filter(({method, condition}) => method === 'sgd' && condition === 10)
		.forEach((sgd) => store.add({sort, method: 'sgd', optimizer, tolerance, limit}, {...sgd, steps: 1}));
	const again = await make(path);
	expect(again.found).toEqual(found);
	expect(again.searched.filter((what) => what.includes('SGD'))).toHaveLength(2);
	expect((await make(path)).searched).toHaveLength(2);
});

test('a survey that is interrupted tells the row it was at, and goes on from there', async () => {
	const path = join(directory(), 'quadratics.jsonl');
	const reason = new Error('enough');
	const end = new AbortController();
	const rows: (readonly [string, number])[] = [];
	const interrupted = makeSurvey(survey, {
		store: new DescentStore(path),
		signal: end.signal,
		onStep: (what) => what.includes('SGD') && what.includes('κ 100,') && end.abort(reason),
		onRow: (_problem, {name}, row) => rows.push([name, row.length]),
	});
	await expect(interrupted).rejects.toBe(reason);
	expect(rows).toEqual([
		['sophia', 2],
		['sgd', 1],
	]);
	const {searched, found} = await make(path);
	expect(found).toHaveLength(4);
	expect(searched).toHaveLength(3);
});
