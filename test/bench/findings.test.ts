// Whole comparisons of runs that are computed at once, whose answers are known.
import {candidateNamed} from '../../bench/candidates/index';
import {comparisonSections} from '../../bench/findings/comparison';
import {noiseSection} from '../../bench/findings/noise';
import {predictionSection} from '../../bench/findings/prediction';
import {scalingSection} from '../../bench/findings/scaling';
import {sensitivitySection} from '../../bench/findings/sensitivity';
import {tuneSection} from '../../bench/findings/tuning';
import {untuned} from '../../bench/findings/untuned';
import {interval, nats, percentage, settingsInWords} from '../../bench/findings/words';
import {compareAll} from '../../bench/study/comparison';
import type {Section, Table} from '../../bench/study/document';
import {configureAll, entriesOf} from '../../bench/study/entries';
import {measureNoise} from '../../bench/study/noise';
import type {Regime} from '../../bench/study/regime';
import {speedups} from '../../bench/study/speedup';
import {timeAll} from '../../bench/study/timing';
import {tuneCandidate} from '../../bench/study/tunecandidate';
import {verify} from '../../bench/study/verification';
import {temporaryDirectory} from '../lib/temporary';
import {fakeStudy, type Surface} from './study/fake';

const directory = temporaryDirectory();

/** Tunes and compares. @param names with the reference first */
async function compared(names: readonly string[], surface?: Surface, ratios: readonly number[] = [1, 2, 4, 8]) {
	const {study} = fakeStudy(directory(), surface);
	const regimes = ratios.map((ratio) => study.regime(ratio));
	await measureNoise(study, study.regime(1), 8);
	const tuned = names.filter((name) => !name.includes(':'));
	for (const regime of regimes) {
		for (const name of tuned) {
			await tuneCandidate(study, {candidate: candidateNamed(name), regime, runs: 40});
		}
	}
	const {configured, problems} = await configureAll(study, entriesOf(names), regimes);
	return {study, regimes, problems, configured, comparison: await compareAll(study, configured, 5)};
}

const tableOf = (sections: readonly Section[], caption: string): Table | undefined =>
	sections.flatMap(({tables}) => tables).find((table) => table.caption.includes(caption));

const verdicts = (sections: readonly Section[], regime: string) =>
	tableOf(sections, regime)?.rows.map((row) => [row[0], row.at(-1)]);

test('a reference that nobody tuned gives a speed-up that is false, stamped, and gone when it is tuned', async () => {
	const {comparison, problems} = await compared(['adamw:published', 'adamw']);
	const found = speedups(comparison.cells, 'AdamW, as published');
	expect(found[0]?.cell.optimizer).toBe('AdamW');
	expect(found[0]?.tokens.value).toBeGreaterThan(1.5);
	expect(untuned(problems, true).stamp).toEqual({stamp: 'UNTUNED: AdamW, as published'});
	expect(() => untuned(problems, false)).toThrow(
		/^Expected everybody to be tuned; `--untuned` goes on all the same, and stamps it:\n {2}AdamW, as published is as it was published, for 2x48-r1\n/,
	);
});

test('a planted speed-up of 1.3 is found, and a cripple loses', async () => {
	const {comparison, problems, study, configured} = await compared(['adamw', 'sophia-g', 'signum']);
	expect([problems, untuned(problems, false)]).toEqual([[], {stamp: {}, sections: []}]);
	const found = speedups(comparison.cells, 'AdamW');
	const sophia = found.filter(({cell}) => cell.optimizer === 'Sophia-G' && cell.ratio < 8);
	for (const {tokens, low, high} of sophia) {
		expect(tokens.value).toBeCloseTo(1.3, 1);
		expect(low.value <= 1.3 && high.value >= 1.3).toBe(true);
	}
	const sections = comparisonSections(comparison, await timeAll(study, configured));
	expect(verdicts(sections, '2x48-r2')).toEqual([
		['AdamW', 'reference'],
		['Sophia-G', 'better'],
		['Signum', 'worse'],
	]);
	const [row] = tableOf(sections, 'Above 1 is faster')?.rows ?? [];
	expect(row?.slice(2).map((cell) => cell.slice(0, 4))).toEqual(['1.30', '1.18', '1.30']);
	expect(
		tableOf(sections, 'Time and memory')
			?.rows.slice(0, 3)
			.map((cells) => cells.slice(5)),
	).toEqual([
		['0.00', '8.0'],
		['0.10', '8.0'],
		['0.00', '4.0'],
	]);
	expect(tableOf(sections, 'Agreement')?.rows).toHaveLength(16);
	expect(tableOf([scalingSection(comparison)], 'Factors of data')?.rows[0]).toEqual([
		'Sophia-G',
		'scalar',
		'55,296',
		expect.stringMatching(/^1\.(29|30|31)/),
		expect.any(String),
		expect.any(String),
		expect.any(String),
	]);
});

test('two of the same tie', async () => {
	const same: Surface = ({seed, optimizer, regime: {ratio}}) =>
		2 * ratio ** -0.1 + 1e-4 * ((seed * seed * (optimizer.length + 7)) % 13);
	const {comparison} = await compared(['adamw', 'lion'], same, [1, 2, 4]);
	expect(verdicts(comparisonSections(comparison, []), '2x48-r1')).toEqual([
		['AdamW', 'reference'],
		['Lion', 'tie'],
	]);
});

test('what flips on the way is told, and enters nothing else', async () => {
	const {comparison} = await compared(['adamw', 'lion'], undefined, [1, 2, 4]);
	const early = comparison.curves.map((each) =>
		each.entry.name === 'lion' ? {...each, curve: each.curve.map((loss, i) => (i < 15 ? loss - 1 : loss))} : each,
	);
	const rows = tableOf(comparisonSections({...comparison, curves: early}, []), 'Agreement')?.rows ?? [];
	expect(rows.slice(0, 4).map(([, at, tau, who = '']) => [at, tau, who.slice(0, 14)])).toEqual([
		['25 %', '-1.00', 'Lion led AdamW'],
		['50 %', '-1.00', 'Lion led AdamW'],
		['75 %', '-1.00', 'Lion led AdamW'],
		['90 %', '1.00', 'nobody'],
	]);
});

test('certificates, noise and sensitivity are told', async () => {
	const {study} = fakeStudy(directory());
	const noise = await measureNoise(study, study.regime(1), 3);
	expect(noiseSection(noise).tables[0]?.rows).toHaveLength(3);
	const tuned = async (regime: Regime) => tuneCandidate(study, {candidate: candidateNamed('adamw'), regime, runs: 60});
	const certificates = [await tuned(study.regime(1)), await tuned(study.regime(2))];
	const section = tuneSection(certificates.slice(0, 1));
	expect(tableOf([section], 'best configuration')?.rows[0]?.slice(0, 1)).toEqual(['AdamW']);
	expect(tableOf([section], 'one setting changed')?.rows[0]?.some((cell) => cell.startsWith('[0.0024: '))).toBe(true);
	const sensitivity = sensitivitySection([certificates]);
	expect(sensitivity.tables[0]?.rows[0]?.slice(0, 4)).toEqual(['rate', '0.0024', '0.0024', '0.0024']);
	expect(sensitivity.charts[0]?.series[0]?.points.find(({x}) => x === 1)?.y).toBe(0);
});

test('a prediction is verified by a star', async () => {
	const {study} = fakeStudy(directory());
	const certificates = [];
	for (const ratio of [1, 2]) {
		const assignment = {candidate: candidateNamed('adamw'), regime: study.regime(ratio), runs: 60};
		certificates.push(await tuneCandidate(study, assignment));
	}
	const regime = study.regime(1, {layers: 2, heads: 6, width: 96});
	const verified = await verify(study, candidateNamed('adamw'), certificates, regime);
	expect([verified.settings.learningRate, verified.best, verified.rates.length]).toEqual([2.4e-3, 1.2e-3, 4]);
	expect([verified.left, verified.interior]).toEqual([[], true]);
	expect(verified.gap).toBeCloseTo(0.02, 3);
	expect(predictionSection(regime, [verified]).tables[0]?.rows[0]?.slice(0, 6)).toEqual([
		'AdamW',
		'0.0024',
		'0.0024',
		'0.0012',
		'100 %',
		nats(verified.gap),
	]);
});

test('numbers are in words', () => {
	expect([nats(1.23456), nats(Infinity), nats(NaN), percentage(0.256)]).toEqual([
		'1.2346',
		'diverged',
		'failed',
		'26 %',
	]);
	expect([interval({low: 1, high: 2}), interval({low: -Infinity, high: 2})]).toEqual(['1.0000 to 2.0000', 'unbounded']);
	expect(settingsInWords('signum', candidateNamed('signum').published)).toBe(
		'rate 0.0001, decay 0.1, warm-up 0.02, β 0.9, clip 1',
	);
});
