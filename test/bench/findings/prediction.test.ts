import {candidateNamed} from '../../../bench/candidates/index';
import {predictionSection} from '../../../bench/findings/prediction';
import {holdOut, predictSettings} from '../../../bench/study/prediction';
import type {Verified} from '../../../bench/study/verification';
import {certificateOf, published, regime} from '../study/regimes';

const adamw = candidateNamed('adamw');
const of = (width: number, ratio = 1) => ({...regime, ratio, shape: {layers: 2, heads: 1, width}});
const certificate = (width: number, learningRate: number, ratio = 1) =>
	certificateOf({regime: of(width, ratio), best: {...published, learningRate, clip: width === 16 ? 0 : 1}});

function verified(certificates: readonly ReturnType<typeof certificate>[], changes: Partial<Verified> = {}): Verified {
	return {
		candidate: adamw,
		...predictSettings(adamw, certificates, of(64)),
		left: [],
		heldOut: holdOut(adamw, certificates),
		rates: [
			{value: 2.4e-3, loss: 2.1},
			{value: 4.8e-3, loss: Infinity},
		],
		best: 2.4e-3,
		interior: true,
		gap: 0,
		...changes,
	};
}

const tables = (...found: Verified[]) => predictionSection(of(64), found).tables;
const two = [certificate(16, 9.6e-3), certificate(32, 4.2e-3)];

test('the raw prediction is told beside that of the grid and what was found, and errors are its', () => {
	const [rates, all] = tables(verified(two));
	expect(rates?.rows).toEqual([
		['AdamW', '0.00184', '0.0024', '0.0024', '23 %', '0.0000', '0.0024: 2.1000  0.0048: diverged'],
	]);
	expect(all?.rows[0]).toEqual([
		'AdamW',
		'rate',
		'0.00184',
		'0.0024',
		'2',
		'size and data as they grew together',
		'× 4.0',
		'× 4.0',
	]);
	expect(all?.rows.at(-1)?.slice(1, 6)).toEqual(['clip', '1', '1', '2', 'nothing: the most frequent']);
});

test('a best that was not closed in is told, and so is that no run went well', () => {
	const [row] = tables(verified(two, {interior: false}))[0]?.rows ?? [];
	expect(row?.[3]).toBe('0.0024, the last that was tried');
	const [none] = tables(verified(two, {best: NaN, gap: NaN}))[0]?.rows ?? [];
	expect(none?.slice(3, 6)).toEqual(['no run went well', '', 'failed']);
});

test('certificates of one size say nothing of another, and the table says that', () => {
	const [, all] = tables(verified([certificate(32, 4.8e-3), certificate(32, 2.4e-3, 4)]));
	expect(all?.rows[0]?.[5]).toBe('data alone: all of one size, which say nothing of another');
});

test('the largest tuned regime is predicted from the others, where those are two', () => {
	expect(tables(verified(two))).toHaveLength(2);
	const three = [...two, certificate(64, 2.4e-3)];
	const [, , held] = tables(verified(three));
	expect(held?.rows).toHaveLength(adamw.axes.length);
	expect(held?.rows[0]).toEqual(['AdamW', 'rate', '0.00184', '0.0024', '23 %', 'size and data as they grew together']);
	expect(held?.rows.at(-1)?.slice(0, 5)).toEqual(['AdamW', 'clip', '1', '1', '0 %']);
	const missed = tables(verified([...two, certificateOf({regime: of(64), best: {...published, clip: 2}})]))[2];
	expect(missed?.rows.at(-1)?.slice(2, 5)).toEqual(['1', '2', 'another']);
});

test('who has no certificate that counts is in no table, and why is told', () => {
	const left = ['Left out: AdamW has a certificate of other data'];
	const section = predictionSection(of(64), [verified([], {left, best: NaN, gap: NaN, rates: []})]);
	expect(section.tables).toEqual([]);
	expect(section.paragraphs.slice(1)).toEqual([
		`${left[0] ?? ''}.`,
		'Of AdamW no certificate counts, and nothing was predicted.',
	]);
});
