import {candidateNamed} from '../../../bench/candidates/index';
import {certificatePath, writeCertificate, type Certificate} from '../../../bench/study/certificate';
import {digestOf} from '../../../bench/study/job';
import {writeJson} from '../../../bench/study/json';
import {withRatio} from '../../../bench/study/regime';
import {
	beginOf,
	carriedProblem,
	findCertificate,
	codeProblem,
	isKin,
	proofProblem,
	regimeProblem,
} from '../../../bench/study/validity';
import {temporaryDirectory} from '../../lib/temporary';
import {fakeStudy} from './fake';
import {certificateOf, published, regime} from './regimes';

const directory = temporaryDirectory();
const candidate = candidateNamed('adamw');
const now = [5, 4, 3];

test('a certificate of the regime, of the code and with its whole star counts', () => {
	expect(regimeProblem(certificateOf(), 'adamw', regime)).toBeUndefined();
	expect(codeProblem(certificateOf(), now)).toBeUndefined();
	expect(proofProblem(certificateOf())).toBeUndefined();
	expect(carriedProblem(certificateOf(), [])).toBeUndefined();
});

const elsewhere = {...regime, ratio: 2};

test.each([
	['of another optimizer', {optimizer: 'lion'}, 'has the certificate of lion'],
	[
		'of another regime',
		{regime: elsewhere, digest: digestOf(elsewhere)},
		'has a certificate of another regime: ratio 2, here 1',
	],
	['whose regime was changed', {regime: elsewhere}, 'has a certificate of another regime: ratio 2, here 1'],
])('one %s does not', (_what, changes, problem) => {
	expect(regimeProblem(certificateOf(changes), 'adamw', regime)).toBe(problem);
});

test('nor does one of code that computed otherwise, or that crashes today', () => {
	const old = certificateOf({fingerprint: [5, 4, 3.1]});
	const problem = 'has a certificate of code that computed otherwise: the loss of step 3 was 3.1, is 3';
	expect(codeProblem(old, now)).toBe(problem);
	expect(codeProblem(certificateOf(), undefined)).toBe('crashes in its first steps');
});

test("the settings of a foreign certificate are nobody else's", async () => {
	const {study} = fakeStudy(directory());
	const here = study.regime(1);
	const lions = {...certificateOf({regime: here, digest: digestOf(here)}), optimizer: 'lion'};
	await writeJson(certificatePath(study, 'adamw', here), lions);
	const found = await findCertificate(study, candidate, here);
	expect([found.certificate, found.problem?.slice(0, 28)]).toEqual([undefined, 'has the certificate of lion ']);
});

const {points, star} = certificateOf();
const without = (name: string, value: number) => points.filter(({settings}) => settings[name] !== value);
const [first = {axis: '', points: []}, ...rest] = star;

test.each([
	['lacks a neighbour', {points: without('learningRate', 1.2e-3)}, 'may be better beyond what was tried of rate: give'],
	[
		'lacks neighbours of two settings, and says that there is no edge',
		{points: without('beta2', 0.98).filter(({settings}) => settings.clip !== 2), edges: []},
		'may be better beyond what was tried of β₂, clip: give it more runs',
	],
	[
		'has a neighbour whose run failed',
		{points: [...without('clip', 2), {settings: {...published, clip: 2}, losses: {0: NaN}}]},
		'may be better beyond what was tried of clip',
	],
	[
		'has a better neighbour',
		{points: [...without('clip', 2), {settings: {...published, clip: 2}, losses: {0: 1.9}}]},
		'may be better beyond what was tried of clip',
	],
	[
		'has something better elsewhere',
		{points: [...points, {settings: {...published, clip: 2, warmup: 0.8}, losses: {0: 1.9}}]},
		'has a certificate with a configuration that is better than its best',
	],
	[
		'never went well',
		{points: points.map(({settings}) => ({settings, losses: {0: Infinity}}))},
		'has a certificate of a configuration that never went well',
	],
	['has a best that nobody tried', {best: {...published, clip: 0}}, 'of a configuration that never went well'],
	['has another best', {best: {...published, clip: 2}}, 'may be better beyond what was tried of rate, decay'],
	['has lower thresholds', {threshold: 1}, 'has a certificate whose thresholds are not those of its noise'],
	['has another star', {star: [{...first, points: []}, ...rest]}, 'has a certificate with another star'],
] as readonly (readonly [string, Partial<Certificate>, string])[])(
	'one that %s proves nothing',
	(_what, changes, problem) => {
		expect(proofProblem(certificateOf(changes))).toMatch(problem);
	},
);

describe('a certificate of some settings', () => {
	const partial = certificateOf({regime: withRatio(regime, 4), searched: ['learningRate'], from: '1x16-r2'});
	const full = [certificateOf(), certificateOf({regime: withRatio(regime, 2)})];

	test('counts where two of all of them say that the others may stay', () => {
		expect(carriedProblem(partial, full)).toBeUndefined();
	});

	test('does not where nobody has searched all of them in two regimes', () => {
		expect(carriedProblem(partial, full.slice(1))).toMatch(
			/^was tuned in rate alone, and everything was searched in 1 regimes: it takes 2/,
		);
		const foreign = {...regime, batch: 8};
		expect(carriedProblem(partial, [...full.slice(1), certificateOf({regime: foreign})])).toMatch(/^was tuned in rate/);
	});

	test('does not where they differ, or where it has a value of its own', () => {
		const other = certificateOf({regime: withRatio(regime, 2), best: {...published, clip: 2}});
		const moved = other.points.map((point) => ({...point, settings: {...point.settings, clip: 2}}));
		expect(carriedProblem(partial, [certificateOf(), {...other, points: moved}])).toBe('must be tuned again in clip');
		const own = {...partial, best: {...published, warmup: 0.4}};
		expect(carriedProblem(own, full)).toBe('must be tuned again in warm-up');
	});
});

test('regimes of one study differ in size and ratio', () => {
	expect(isKin(regime, {...regime, ratio: 3, shape: {layers: 2, width: 32, heads: 2}})).toBe(true);
	expect(isKin(regime, {...regime, length: 32})).toBe(false);
});

test('a search of some settings begins where the nearest one of all of them ended', async () => {
	const {study} = fakeStudy(directory());
	const here = study.regime(4);
	const some = candidate.axes.slice(0, 1);
	expect(beginOf(study, candidate, here, some)).toEqual({});
	for (const [ratio, rate] of [
		[1, 6e-4],
		[2, 1.2e-3],
		[16, 2.4e-3],
	] as const) {
		const of = study.regime(ratio);
		await writeCertificate(study, certificateOf({regime: of, digest: digestOf(of)}, rate));
	}
	expect(beginOf(study, candidate, here, some)).toMatchObject({begin: {learningRate: 1.2e-3}, from: '2x48-r2'});
	expect(beginOf(study, candidate, study.regime(9), some)).toMatchObject({from: '2x48-r16'});
	expect(beginOf(study, candidate, here, candidate.axes)).toEqual({});
});

test('an optimizer that crashes has no certificate that counts', async () => {
	const {study} = fakeStudy(directory(), undefined, 'adamw');
	const here = study.regime(1);
	await writeCertificate(study, certificateOf({regime: here, digest: digestOf(here)}));
	expect((await findCertificate(study, candidate, here)).problem).toMatch(/^crashes in its first steps/);
});
