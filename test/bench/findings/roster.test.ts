import {rosterSection} from '../../../bench/findings/roster';
import {compareAll} from '../../../bench/study/comparison';
import {configureAll, entriesOf} from '../../../bench/study/entries';
import {rate} from '../../../bench/study/rates';
import {time} from '../../../bench/study/timing';
import {temporaryDirectory} from '../../lib/temporary';
import {fakeStudy, surface, type Surface} from '../study/fake';
import {certificateOf} from '../study/regimes';

const directory = temporaryDirectory();

/** The rows of everybody, by title and column. */
async function rowsOf(names: readonly string[], of: Surface = surface) {
	const {study} = fakeStudy(directory(), of);
	const {configured} = await configureAll(study, entriesOf(names), [study.regime(1)]);
	const [first, ...others] = await rate(study, configured, 5);
	const rated = first === undefined ? [] : [{...first, certificate: certificateOf()}, ...others];
	const comparison = await compareAll(study, rated, 3);
	const [table, second] = rosterSection({comparison, rated, timings: await time(study, rated)}).tables;
	const titles = table?.columns.map(({title}) => title) ?? [];
	const cells = (table?.rows ?? []).map((row) => row.map((cell, i) => [titles[i] ?? '', cell] as const));
	return {rows: cells.map((row) => Object.fromEntries(row)), configurations: second?.rows ?? []};
}

test('everybody has a row with the loss, the time, the state and where the configuration is from', async () => {
	const {rows, configurations} = await rowsOf(['adamw', 'lion', 'muon']);
	expect(rows.map((row) => [row.optimizer, row.family, row['ms a step'], row['its own'], row['chosen by']])).toEqual([
		['AdamW', 'scalar', '10.000', '25 %', 'certificate, 15 of 20 runs'],
		['Lion', 'scalar', '5.000', '50 %', 'best of 5 rates, at an end'],
		['Muon', 'matrix', '10.000', '25 %', 'best of 5 rates, at an end'],
	]);
	expect(rows.map((row) => row['state, bytes a parameter'])).toEqual(['8.0', '4.0', '8.0']);
	expect(rows[1]?.['in those of AdamW']).toBe('0.50 (0.50 to 0.50)');
	expect(Number(rows[2]?.loss) - Number(rows[0]?.loss)).toBeCloseTo(Number(rows[2]?.['less AdamW']), 3);
	expect(rows[0]?.['less AdamW']).toBe('');
	expect(configurations.map(([title]) => title)).toEqual(['AdamW', 'Lion', 'Muon']);
	expect(configurations[2]?.[1]).toMatch(/^rate 0\.004, AdamW's rate in it 0\.2, /);
});

test('one that crashes and one that diverges keep their rows, and say so', async () => {
	const broken: Surface = (job) => ({soap: NaN, kron: Infinity})[job.optimizer] ?? surface(job);
	const {rows} = await rowsOf(['adamw', 'soap', 'kron'], broken);
	expect(rows.slice(1).map((row) => [row.loss, row['less AdamW'], row['ms a step'], row['chosen by']])).toEqual([
		['failed', '', '-', 'none of 5 rates'],
		['diverged', '-', '10.000', 'none of 5 rates'],
	]);
	expect(rows[1]?.['state, bytes a parameter']).toBe('-');
});
