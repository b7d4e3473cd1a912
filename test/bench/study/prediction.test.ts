import {candidateNamed} from '../../../bench/candidates/index';
import {predictSettings, verify} from '../../../bench/study/prediction';
import {digestOf} from '../../../bench/study/job';
import {temporaryDirectory} from '../../lib/temporary';
import {fakeStudy} from './fake';
import {certificateOf, published} from './regimes';

const directory = temporaryDirectory();
const adamw = candidateNamed('adamw');

/** Rates that fall with the width, and a decay that does not. */
const certificates = (regimes: readonly ReturnType<ReturnType<typeof fakeStudy>['study']['regime']>[]) =>
	regimes.map((regime) =>
		certificateOf({
			regime,
			digest: digestOf(regime),
			best: {...published, learningRate: 9.6e-3 / (regime.shape.width / 16), weightDecay: 0.2, clip: 0},
		}),
	);

const shape = (width: number) => ({layers: 2, heads: width / 16, width});

test('every setting follows its law, onto its grid and beyond', () => {
	const {study} = fakeStudy(directory());
	const known = certificates([study.regime(1, shape(16)), study.regime(1, shape(32))]);
	const {settings, predicted} = predictSettings(adamw, known, study.regime(1, shape(64)));
	expect([settings.learningRate, settings.weightDecay, settings.clip]).toEqual([2.4e-3, 0.2, 0]);
	expect(predicted.map(({setting}) => setting)).toEqual(adamw.axes.map(({name}) => name));
	expect(predicted[0]?.extrapolation.parameters).toBe(4);
	expect(predictSettings(adamw, known, study.regime(1, shape(256))).settings.learningRate).toBe(6e-4);
	expect(predictSettings(adamw, known, study.regime(1, shape(1024))).settings.learningRate).toBe(1.5e-4);
});

test('without certificates there is what was published', () => {
	const {study} = fakeStudy(directory());
	expect(predictSettings(adamw, [], study.regime(1))).toEqual({settings: published, predicted: []});
});

test('what was predicted is run with half and twice the rate', async () => {
	const {study, made} = fakeStudy(directory());
	const regime = study.regime(1, shape(64));
	const found = await verify(
		study,
		adamw,
		certificates([study.regime(1, shape(16)), study.regime(1, shape(32))]),
		regime,
	);
	expect(made.map(({settings}) => settings.learningRate)).toEqual([1.2e-3, 2.4e-3, 4.8e-3]);
	expect([found.best, found.gap]).toEqual([2.4e-3, 0]);
});

test('one that diverges has no gap that would be a number', async () => {
	const {study} = fakeStudy(directory(), ({settings}) => (settings.learningRate > 2e-3 ? Infinity : 2));
	const regime = study.regime(1, shape(64));
	const found = await verify(
		study,
		adamw,
		certificates([study.regime(1, shape(16)), study.regime(1, shape(32))]),
		regime,
	);
	expect([found.best, found.gap]).toEqual([1.2e-3, Infinity]);
});
