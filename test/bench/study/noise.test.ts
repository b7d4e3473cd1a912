import {readFileSync, truncateSync, writeFileSync} from 'node:fs';
import {findNoise, measureNoise} from '../../../bench/study/noise';
import {withRatio} from '../../../bench/study/regime';
import {temporaryDirectory} from '../../lib/temporary';
import {fakeStudy} from './fake';

const directory = temporaryDirectory();

test('is the spread over seeds, of losses and of their differences', async () => {
	const {study, made, expected} = fakeStudy(directory(), ({seed, settings}) =>
		settings.learningRate > 3e-3 ? seed : 2 * seed,
	);
	const regime = study.regime(1);
	const noise = await measureNoise(study, regime, 3);
	expect(new Set(made.map(({seed}) => seed)).size).toBe(3);
	expect([made.length, expected.runs]).toEqual([6, 6]);
	expect([noise.sigma, noise.unpaired, noise.paired]).toEqual([
		expect.closeTo(Math.sqrt(2.5), 10),
		expect.closeTo(Math.sqrt(5), 10),
		expect.closeTo(1, 10),
	]);
	expect(findNoise(study, regime)).toEqual(noise);
	expect(findNoise(study, withRatio(regime, 4))).toEqual(noise);
	expect(findNoise(study, study.regime(1, {layers: 1, heads: 1, width: 16}))).toBeUndefined();
});

test.each([
	['cut', (path: string) => truncateSync(path, 40)],
	[
		'of another regime',
		(path: string) => writeFileSync(path, readFileSync(path, 'utf8').replace(/"digest": "./, '"digest": "x')),
	],
])('a file that is %s is none', async (_what, spoil) => {
	const {study} = fakeStudy(directory());
	const regime = study.regime(1);
	await measureNoise(study, regime, 3);
	spoil(study.path('noise', '2x48-r1-4x64.json'));
	expect(findNoise(study, regime)).toBeUndefined();
});

test('of a configuration that diverges is no number, and no search goes on with it', async () => {
	const {study} = fakeStudy(directory(), ({seed}) => (seed % 2 === 0 ? Infinity : 1));
	await expect(measureNoise(study, study.regime(1), 4)).rejects.toThrow(
		'Expected the runs that measure noise to go well',
	);
});
