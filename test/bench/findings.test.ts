// Whole comparisons of runs that are computed at once, whose answers are known.
import {candidateNamed} from '../../bench/candidates/index';
import {comparisonSections} from '../../bench/findings/comparison';
import {limitsSection, repeatedPart} from '../../bench/findings/limits';
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

/** Lion is AdamW under another name, with a grid and seeds of its own. */
const twins: Surface = ({regime: {ratio}, optimizer, settings, seed}) => {
	const octaves = Math.log2(settings.learningRate / (optimizer === 'lion' ? 1.6e-3 : 2.4e-3));
	return 1.5 + 0.4 * ratio ** -0.3 + 0.02 * octaves ** 2 + 1e-3 * Math.sin(seed + optimizer.length);
};

test('the speed-up of a twin over a reference that nobody tuned is gone when it is tuned', async () => {
	const weak = await compared(['adamw:published', 'lion'], twins);
	const speedup = ({comparison}: typeof weak) => speedups(comparison.cells, comparison.entries[0]?.title ?? '')[0];
	expect(speedup(weak)?.low.value).toBeGreaterThan(1.5);
	const fair = await compared(['adamw', 'lion'], twins);
	const {tokens, low, high} = speedup(fair) ?? fail();
	expect([Math.abs(tokens.value - 1) < 0.02, low.value <= 1, high.value >= 1]).toEqual([true, true, true]);
	expect(verdicts(comparisonSections(fair.comparison, [], 1e7), '2x48-r1')?.[1]).toEqual(['Lion', 'tie']);
});

function fail(): never {
	throw new Error('no speed-up');
}

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
	const sections = comparisonSections(comparison, await timeAll(study, configured), 1e7);
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
		['0.00', '8.0'],
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
	expect(verdicts(comparisonSections(comparison, [], 1e7), '2x48-r1')).toEqual([
		['AdamW', 'reference'],
		['Lion', 'tie'],
	]);
});

test('all differences of a comparison are one family', async () => {
	const {comparison} = await compared(['adamw', 'lion', 'sophia-g'], undefined, [1, 2, 4]);
	const sections = comparisonSections(comparison, [], 1e7);
	expect(sections[0]?.paragraphs[0]).toContain('for all 6 comparisons of these tables');
	const alone = comparisonSections({...comparison, cells: comparison.cells.filter(({ratio}) => ratio === 1)}, [], 1e7);
	const p = (of: readonly Section[]) => Number(tableOf(of, '2x48-r1')?.rows[1]?.[6]);
	expect(p(alone)).toBeGreaterThan(0);
	expect(p(sections)).toBeGreaterThan(p(alone));
});

test('runs that diverged or failed are counted beside the verdict', async () => {
	const {comparison} = await compared(['adamw', 'lion', 'sophia-g'], undefined, [1, 2, 4]);
	const cells = comparison.cells.map((cell) => {
		const [first = NaN, ...rest] = [...cell.losses.keys()];
		const losses =
			cell.optimizer === 'Lion'
				? new Map([...cell.losses, [first, Infinity]])
				: cell.optimizer === 'Sophia-G'
					? new Map(rest.map((seed) => [seed, cell.losses.get(seed) ?? NaN]))
					: cell.losses;
		return {...cell, losses};
	});
	const rows = tableOf(comparisonSections({...comparison, cells}, [], 1e7), '2x48-r1')?.rows ?? [];
	expect(rows[1]).toEqual([
		'Lion',
		'diverged',
		'unbounded',
		'-',
		'-',
		'-',
		'-',
		'diverged (candidate diverged, 1 of 5 diverged)',
	]);
	expect(rows[2]?.at(-1)).toMatch(/^\w+ \(1 of 5 failed\)$/);
});

test('what flips on the way is told, and enters nothing else', async () => {
	const {comparison} = await compared(['adamw', 'lion'], undefined, [1, 2, 4]);
	const early = comparison.curves.map((each) =>
		each.entry.name === 'lion' ? {...each, curve: each.curve.map((loss, i) => (i < 15 ? loss - 1 : loss))} : each,
	);
	const rows = tableOf(comparisonSections({...comparison, curves: early}, [], 1e7), 'Agreement')?.rows ?? [];
	expect(rows.slice(0, 4).map(([, at, tau, who = '']) => [at, tau, who.slice(0, 14)])).toEqual([
		['25 %', '-1.00', 'Lion led AdamW'],
		['50 %', '-1.00', 'Lion led AdamW'],
		['75 %', '-1.00', 'Lion led AdamW'],
		['90 %', '1.00', 'nobody'],
	]);
	const cells = comparison.cells.map((cell) =>
		cell.optimizer === 'Lion'
			? {...cell, losses: new Map([...cell.losses].map(([seed, loss]) => [seed, loss - 1]))}
			: cell,
	);
	const [quarter, , , last] = tableOf(comparisonSections({...comparison, cells}, [], 1e7), 'Agreement')?.rows ?? [];
	expect([quarter?.[2], last?.[2], last?.[3]?.slice(0, 14)]).toEqual(['-1.00', '-1.00', 'AdamW led Lion']);
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

test('how much of the text is read again is told', () => {
	const {study} = fakeStudy(directory());
	expect([1, 4, 8].map((ratio) => percentage(repeatedPart(study.regime(ratio), 10_435_982)))).toEqual([
		'5 %',
		'18 %',
		'33 %',
	]);
	const [, counts, repeats] = limitsSection(
		{regimes: [study.regime(1)], entries: entriesOf(['adamw', 'sophia-h'])},
		10.4e6,
	).paragraphs;
	expect(counts).toContain('AdamW 6, Sophia-H 9');
	expect(repeats).toContain('5 % at 2x48-r1');
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
