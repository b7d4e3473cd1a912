import {compareAll} from '../../../bench/study/comparison';
import {configureAll, entriesOf} from '../../../bench/study/entries';
import {temporaryDirectory} from '../../lib/temporary';
import {fakeStudy, surface} from './fake';

const directory = temporaryDirectory();

test('everybody runs at every ratio, from the same seeds, which no search has seen', async () => {
	const {study, made, expected} = fakeStudy(directory());
	const regimes = [1, 2].map((ratio) => study.regime(ratio));
	const {configured} = await configureAll(study, entriesOf(['adamw', 'lion']), regimes);
	const comparison = await compareAll(study, configured, 3);
	expect([made.length, expected.runs]).toEqual([12, 12]);
	expect(comparison.seeds).toEqual([100, 101, 102]);
	expect(comparison.cells.map(({optimizer, ratio, tokens}) => [optimizer, ratio, tokens])).toEqual([
		['AdamW', 1, 1105920],
		['Lion', 1, 1105920],
		['AdamW', 2, 2211840],
		['Lion', 2, 2211840],
	]);
	expect(comparison.cells.every(({losses}) => [...losses.keys()].join() === '100,101,102')).toBe(true);
	const [, lion] = comparison.cells;
	expect(lion?.losses.get(101)).toBe(
		surface(made.find((job) => job.optimizer === 'lion' && job.seed === 101) ?? fail()),
	);
	expect(comparison.curves.map(({curve}) => curve.length)).toEqual([20, 20, 20, 20]);
});

test('an entry or a regime that comes in two parts is one', async () => {
	const {study} = fakeStudy(directory());
	const parts = await Promise.all(
		[1, 2].map((ratio) => configureAll(study, entriesOf(['adamw']), [study.regime(ratio)])),
	);
	const {entries, regimes} = await compareAll(
		study,
		parts.flatMap(({configured}) => configured),
		3,
	);
	expect([entries.length, regimes.map(({ratio}) => ratio)]).toEqual([1, [1, 2]]);
});

test('a run that diverged is a result, one that failed is told', async () => {
	const {study} = fakeStudy(directory(), (job) =>
		job.seed === 100 ? Infinity : job.seed === 101 ? NaN : surface(job),
	);
	const {configured} = await configureAll(study, entriesOf(['adamw']), [study.regime(1)]);
	const {cells, failed} = await compareAll(study, configured, 3);
	expect([...(cells[0]?.losses ?? [])]).toEqual([
		[100, Infinity],
		[102, expect.any(Number)],
	]);
	expect(failed).toEqual(['AdamW, ratio 1, seed 101']);
});

function fail(): never {
	throw new Error('no such run');
}
