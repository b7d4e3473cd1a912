import {candidateNamed} from '../../../bench/candidates/index';
import {findCertificate} from '../../../bench/study/validity';
import {measureNoise} from '../../../bench/study/noise';
import {tuneCandidate} from '../../../bench/study/tunecandidate';
import {withRatio} from '../../../bench/study/regime';
import {appendFileSync, truncateSync} from 'node:fs';
import {temporaryDirectory} from '../../lib/temporary';
import {fakeStudy} from './fake';

const directory = temporaryDirectory();
const candidate = candidateNamed('adamw');

test('writes a certificate that counts for its regime, and for no other', async () => {
	const {study, expected, made} = fakeStudy(directory());
	const regime = study.regime(1);
	await measureNoise(study, regime, 8);
	const before = made.length;
	const certificate = await tuneCandidate(study, {candidate, regime, runs: 60});
	expect(certificate.best.learningRate).toBe(2.4e-3);
	expect([certificate.budget.runs, certificate.budget.used]).toEqual([60, made.length - before]);
	expect(expected.runs).toBe(16 + certificate.budget.used);
	expect(certificate.threshold).toBe(Math.max(3e-3, 2 * (certificate.noise?.paired ?? NaN)));
	expect(await findCertificate(study, candidate, regime)).toEqual({certificate});
	expect((await findCertificate(study, candidate, withRatio(regime, 2))).problem).toMatch(
		/was not tuned: `sophia-bench tune/,
	);
	expect((await findCertificate(study, candidateNamed('lion'), regime)).problem).toMatch(/was not tuned/);
});

test('without noise it takes the thresholds of the study', async () => {
	const {study} = fakeStudy(directory());
	const {threshold, nearness, noise} = await tuneCandidate(study, {candidate, regime: study.regime(1), runs: 4});
	expect([threshold, nearness, noise]).toEqual([3e-3, 6.4e-3, null]);
});

test('a certificate that was cut is damaged', async () => {
	const {study} = fakeStudy(directory());
	const regime = study.regime(1);
	await tuneCandidate(study, {candidate, regime, runs: 4});
	const path = study.path('certificates', 'adamw-2x48-r1-4x64.json');
	for (const spoil of [() => appendFileSync(path, 'x'), () => truncateSync(path, 100), () => truncateSync(path, 0)]) {
		spoil();
		expect((await findCertificate(study, candidate, regime)).problem).toMatch(
			/has a certificate that is damaged, .*json\)$/,
		);
	}
});
