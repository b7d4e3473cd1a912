import {mkdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {
	axesOf,
	certificatePath,
	certificatesOf,
	isFull,
	noCertificates,
	readCertificate,
	writeCertificate,
} from '../../../bench/study/certificate';
import {temporaryDirectory} from '../../lib/temporary';
import {fakeStudy} from './fake';
import {certificateOf, regime} from './regimes';

const directory = temporaryDirectory();

test('is read as it was written, whatever came of its runs', async () => {
	const {study} = fakeStudy(directory());
	const {points} = certificateOf();
	const certificate = certificateOf({
		points: points.map((point, i) => ({...point, losses: {0: [2, Infinity, NaN][i % 3] ?? 0}})),
	});
	await writeCertificate(study, certificate);
	const path = certificatePath(study, 'adamw', regime);
	expect(path).toMatch(/certificates.adamw-1x16-r1-4x16\.json$/);
	expect(readCertificate(path)).toEqual(certificate);
	expect(certificatesOf(study, ['lion', 'adamw'])).toEqual([[certificate]]);
});

test('what lacks parts is none, and the others are found', async () => {
	const {study, told} = fakeStudy(directory());
	await writeCertificate(study, certificateOf());
	for (const [name, text] of [
		['a', '{"optimizer": "adamw"}'],
		['b', 'null'],
		['c', '{'],
	] as const) {
		writeFileSync(study.path('certificates', `${name}.json`), text);
	}
	expect(certificatesOf(study, ['adamw'])).toHaveLength(1);
	expect(told.filter((line) => line.includes('is damaged, and left out'))).toHaveLength(3);
});

test('knows what was searched, on whose grids', () => {
	expect([isFull(certificateOf()), isFull(certificateOf({searched: ['learningRate']}))]).toEqual([true, false]);
	const own = certificateOf({searched: ['learningRate', 'clip'], grids: {learningRate: [1, 3]}});
	expect(axesOf(own).map(({name, next}) => [name, next(1)])).toEqual([
		['learningRate', 3],
		['clip', 2],
	]);
});

test('says what makes some where there are none', () => {
	const {study} = fakeStudy(directory());
	mkdirSync(join(study.plan.directory, 'certificates'));
	expect(certificatesOf(study, ['adamw'])).toEqual([]);
	expect(noCertificates(study).message).toMatch(/^Expected certificates in `.*`: `sophia-bench tune` makes them$/);
});
