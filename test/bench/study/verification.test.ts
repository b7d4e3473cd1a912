import {candidateNamed} from '../../../bench/candidates/index';
import {digestOf} from '../../../bench/study/job';
import type {Regime} from '../../../bench/study/regime';
import {verify} from '../../../bench/study/verification';
import {temporaryDirectory} from '../../lib/temporary';
import {fakeStudy, type Surface} from './fake';
import {certificateOf, provenOf, published} from './regimes';

const directory = temporaryDirectory();
const adamw = candidateNamed('adamw');
const shape = (width: number) => ({layers: 2, heads: width / 16, width});

/** Rates that fall with the width, to 2.4e-3 at 64. */
const certificate = (regime: Regime) =>
	certificateOf({
		regime,
		digest: digestOf(regime),
		fingerprint: [5, 4, 5],
		...provenOf({...published, learningRate: 9.6e-3 / (regime.shape.width / 16)}),
	});

async function verified(of: Surface, changes: Partial<Regime> = {}) {
	const {study, made, expected} = fakeStudy(directory(), of);
	const certificates = [16, 32].map((width) => certificate({...study.regime(1, shape(width)), ...changes}));
	const found = await verify(study, adamw, certificates, study.regime(1, shape(64)));
	return {found, made: made.map(({settings}) => settings.learningRate), expected: expected.runs};
}

/** With its best at a rate. */
const around =
	(rate: number): Surface =>
	({settings}) =>
		2 + Math.log2(settings.learningRate / rate) ** 2;

test('what was predicted is run with half and twice the rate, and no more where the best is between them', async () => {
	const {found, made, expected} = await verified(around(2.5e-3));
	expect(made).toEqual([2.4e-3, 1.2e-3, 4.8e-3]);
	expect(found).toMatchObject({best: 2.4e-3, interior: true, gap: 0, left: []});
	expect(found.rates.map(({value}) => value)).toEqual([1.2e-3, 2.4e-3, 4.8e-3]);
	expect(expected).toBe(3);
});

test('the star goes on until its best is inside', async () => {
	const {found, made} = await verified(around(1.9e-2));
	expect(made).toEqual([2.4e-3, 1.2e-3, 4.8e-3, 9.6e-3, 1.92e-2, 3.84e-2]);
	expect(found).toMatchObject({best: 1.92e-2, interior: true});
	expect(found.gap).toBeCloseTo(Math.log2(1.9e-2 / 2.4e-3) ** 2, 2);
});

test('or for six runs more, and then it is said to be open', async () => {
	const {found, made, expected} = await verified(around(1e9));
	expect([made.length, expected]).toEqual([9, 9]);
	expect(found).toMatchObject({best: 2.4e-3 * 2 ** 7, interior: false});
});

test('one that diverges has no gap that would be a number, and where all do the rate goes down', async () => {
	const low = await verified(({settings}) => (settings.learningRate > 2e-3 ? Infinity : 2));
	expect(low.found).toMatchObject({best: 1.2e-3, interior: true, gap: Infinity});
	const lower = await verified(({settings}) => (settings.learningRate > 4e-4 ? Infinity : 2 - settings.learningRate));
	expect(lower.found).toMatchObject({best: 3e-4, interior: true, gap: Infinity});
	const never = await verified(() => Infinity);
	expect(never.found).toMatchObject({best: NaN, interior: false, gap: NaN});
	expect(never.made).toHaveLength(9);
});

test('without a certificate that counts nothing is predicted, and nothing run', async () => {
	const {found, made} = await verified(around(1), {length: 32});
	expect(found).toMatchObject({predicted: [], heldOut: [], rates: [], best: NaN});
	expect(found.left).toHaveLength(2);
	expect(made).toEqual([]);
});
