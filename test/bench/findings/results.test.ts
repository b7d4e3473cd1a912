import {candidateNamed} from '../../../bench/candidates/index';
import {compareAll} from '../../../bench/study/comparison';
import {configureAll, entriesOf} from '../../../bench/study/entries';
import {verify} from '../../../bench/study/verification';
import {
	recordCells,
	recordComparison,
	recordFits,
	recordPredictions,
	recordSensitivities,
} from '../../../bench/findings/results';
import type {Study} from '../../../bench/study/study';
import {temporaryDirectory} from '../../lib/temporary';
import {fakeStudy, surface} from '../study/fake';
import {certificateOf} from '../study/regimes';

const directory = temporaryDirectory();

/** A study that remembers what is recorded. */
function recording(keeps = true) {
	const {study} = fakeStudy(directory(), (job) =>
		job.optimizer === 'lion' && job.regime.ratio === 4 ? Infinity : surface(job),
	);
	const lines: Record<string, unknown>[] = [];
	const record = (sort: string, facts: object) => lines.push({sort, ...facts});
	return {study: Object.assign(study, {report: {keeps, record}}), lines};
}

async function compared(study: Study) {
	const regimes = [1, 2, 4].map((ratio) => study.regime(ratio));
	const {configured} = await configureAll(study, entriesOf(['adamw', 'lion', 'sophia-g']), regimes);
	return compareAll(study, configured, 3);
}

test('a comparison is a line for each cell, verdict, speed-up and timing', async () => {
	const {study, lines} = recording();
	const timing = {entry: 'adamw', ratio: 1, step: [1], own: [0.5], stateBytes: 8};
	recordComparison(study, await compared(study), [timing]);
	const count = (sort: string) => lines.filter((line) => line.sort === sort).length;
	expect(['cell', 'verdict', 'speedup', 'timing'].map(count)).toEqual([9, 6, 6, 1]);
	const last = lines.filter(({sort}) => sort === 'verdict').at(-1);
	expect(last).toMatchObject({optimizer: 'Sophia-G', ratio: 4, reference: 'AdamW', verdict: 'better'});
	expect(lines.find(({sort}) => sort === 'speedup')).toMatchObject({
		optimizer: 'Lion',
		reference: 'AdamW',
		tokens: {value: expect.any(Number) as number},
	});
	expect(lines.at(-1)).toEqual({sort: 'timing', ...timing});
	expect(lines.filter(({verdict}) => verdict === 'diverged')).toMatchObject([{optimizer: 'Lion', ratio: 4}]);
	expect((lines[7]?.losses as Map<number, number>).get(100)).toBe(Infinity);
});

test('laws are lines as well', async () => {
	const {study, lines} = recording();
	const comparison = await compared(study);
	recordCells(study, comparison.cells);
	recordFits(study, comparison);
	expect(lines.map(({sort}) => sort)).toEqual([...comparison.cells.map(() => 'cell'), 'fit']);
	expect(lines.at(-1)).toMatchObject({parameters: 55296, reference: 'AdamW'});
});

test('what must be tuned again, and what was predicted', async () => {
	const {study, lines} = recording();
	const certificate = certificateOf();
	recordSensitivities(study, [[certificate]]);
	expect(lines).toHaveLength(candidateNamed('adamw').axes.length);
	expect(lines[0]).toMatchObject({sort: 'sensitivity', optimizer: 'adamw', regimes: ['1x16-r1']});
	const regime = study.regime(2);
	recordPredictions(study, regime, [await verify(study, candidateNamed('adamw'), [certificate], regime)]);
	expect(lines.at(-1)).toMatchObject({
		sort: 'prediction',
		optimizer: 'adamw',
		regime: '2x48-r2',
		best: expect.any(Number) as number,
	});
	expect(lines.at(-1)).not.toHaveProperty('candidate');
});

test('without a file nothing is computed for it', async () => {
	const {study, lines} = recording(false);
	const comparison = await compared(study);
	recordComparison(study, comparison, []);
	recordFits(study, comparison);
	expect(lines).toEqual([]);
});
