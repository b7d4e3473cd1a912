import {candidateNamed} from '../../../bench/candidates/index';
import {configureAll, entriesOf, type Configured} from '../../../bench/study/entries';
import {rate, ratesAround} from '../../../bench/study/rates';
import {temporaryDirectory} from '../../lib/temporary';
import {fakeStudy, type Surface} from './fake';
import {certificateOf} from './regimes';

const directory = temporaryDirectory();

/** Best at a rate. */
const around =
	(best: number): Surface =>
	({settings}) =>
		1 + Math.log2(settings.learningRate / best) ** 2;

async function rated(name: string, surface: Surface, count = 5) {
	const {study, made} = fakeStudy(directory(), surface);
	const {configured} = await configureAll(study, entriesOf([name]), [study.regime(1)]);
	const [found] = await rate(study, configured, count);
	return {found, rates: made.map(({settings}) => settings.learningRate), seeds: made.map(({seed}) => seed)};
}

test('rates are a factor of 2 apart, with the published one in the middle', () => {
	expect(ratesAround(1.6e-2, 5)).toEqual([4e-3, 8e-3, 1.6e-2, 3.2e-2, 6.4e-2]);
	expect(ratesAround(1.6e-2, 4)).toEqual([8e-3, 1.6e-2, 3.2e-2, 6.4e-2]);
	expect(ratesAround(0.3, 1)).toEqual([0.3]);
});

test('who has no certificate runs with the best rate of the line, from the seed of searches', async () => {
	const {found, rates, seeds} = await rated('muon', around(8e-3));
	expect([found?.settings, found?.line]).toEqual([
		{...candidateNamed('muon').published, learningRate: 8e-3},
		{runs: 5, edge: false, whole: true},
	]);
	expect([rates, new Set(seeds)]).toEqual([ratesAround(1.6e-2, 5), new Set([0])]);
});

test.each([1e-4, 1])('a best rate at the end of the line is said to be there: %d', async (best) => {
	const {found} = await rated('soap', around(best));
	expect(found?.line).toEqual({runs: 5, edge: true, whole: true});
});

test.each([Infinity, NaN])('where no run comes to a loss, the published rate stays: %d', async (loss) => {
	const {found} = await rated('kron', () => loss);
	expect([found?.settings, found?.line?.whole]).toEqual([candidateNamed('kron').published, false]);
});

test('one that is asked for as published stays so, and so does everybody where the line is one rate', async () => {
	for (const [name, count] of [
		['adamw:published', 5],
		['scion', 1],
	] as const) {
		const {found, rates} = await rated(name, around(1), count);
		expect([found?.settings, found?.line, rates]).toEqual([found?.entry.candidate.published, undefined, []]);
	}
});

test('a certificate is believed, and nothing is tried', async () => {
	const {study, made} = fakeStudy(directory());
	const {configured} = await configureAll(study, entriesOf(['adamw']), [study.regime(1)]);
	const certified = configured.map((each): Configured => ({...each, certificate: certificateOf()}));
	expect(await rate(study, certified, 5)).toEqual(certified);
	expect(made).toEqual([]);
});
