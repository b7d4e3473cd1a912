import {candidateNamed} from '../../../bench/candidates/index';
import type {Settings} from '../../../bench/candidates/candidate';
import type {Certificate} from '../../../bench/study/certificate';
import {holdOut, predictSettings} from '../../../bench/study/prediction';
import {certificateOf, published, regime} from './regimes';

const adamw = candidateNamed('adamw');

const regimeOf = (width: number, ratio = 1) => ({...regime, ratio, shape: {layers: 2, heads: width / 16, width}});
const certificate = (width: number, best: Partial<Settings> = {}, changes: Partial<Certificate> = {}): Certificate =>
	certificateOf({
		regime: regimeOf(width),
		best: {...published, learningRate: 9.6e-3 / (width / 16), weightDecay: 0.2, clip: 0, ...best},
		...changes,
	});
const found = (certificates: readonly Certificate[], width: number, setting: string) =>
	predictSettings(adamw, certificates, regimeOf(width)).predicted.find(({axis}) => axis.name === setting);

test('every setting follows its law, onto its grid and beyond', () => {
	const known = [certificate(16), certificate(32)];
	const {settings, predicted} = predictSettings(adamw, known, regimeOf(64));
	expect([settings.learningRate, settings.weightDecay, settings.clip]).toEqual([2.4e-3, 0.2, 0]);
	expect(predicted.map(({axis}) => axis)).toEqual(adamw.axes);
	expect(predicted[0]).toMatchObject({form: 'path', regimes: 2, extrapolation: {parameters: 4}});
	expect(predictSettings(adamw, known, regimeOf(256)).settings.learningRate).toBe(6e-4);
	expect(predictSettings(adamw, known, regimeOf(1024)).settings.learningRate).toBe(1.5e-4);
});

test('without certificates there is what was published', () => {
	expect(predictSettings(adamw, [], regimeOf(64))).toEqual({settings: published, predicted: []});
});

test('no decay rate is ever 1, however steep its law is', () => {
	const known = [certificate(16, {beta2: 0.8}), certificate(32, {beta2: 0.99})];
	const {raw, value} = found(known, 512, 'beta2') ?? {};
	expect(raw).toBeGreaterThan(0.99999);
	expect([raw, value].every((each) => each !== undefined && each < 1)).toBe(true);
	expect(found(known, 16 / 4, 'beta2')).toMatchObject({raw: 0, value: 0});
});

test('a clip of none is no number to be averaged with others', () => {
	const known = [certificate(16, {clip: 0}), certificate(32, {clip: 0.25}), certificate(48, {clip: 0})];
	expect(found(known, 64, 'clip')).toMatchObject({raw: 0, value: 0, form: 'mode'});
	const decays = [certificate(16, {weightDecay: 0}), certificate(32, {weightDecay: 0.4})];
	expect(found(decays, 64, 'weightDecay')).toMatchObject({value: 0.4, form: 'mode'});
});

test('what a search copied is no optimum of it; where none looked, it is carried over', () => {
	const copied = {searched: ['learningRate']};
	const known = [certificate(16, {beta1: 0.8}), certificate(32, {beta1: 0.98}, copied), certificate(48, {}, copied)];
	expect(found(known, 64, 'beta1')).toMatchObject({value: 0.8, form: 'constant', regimes: 1});
	expect(found(known, 64, 'learningRate')).toMatchObject({value: 2.4e-3, form: 'path', regimes: 3});
	const none = [certificate(32, {beta1: 0.98}, copied), certificate(48, {beta1: 0.9}, copied)];
	expect(found(none, 64, 'beta1')).toMatchObject({value: 0.9, form: 'carried', regimes: 0});
});

test('with one size, size has no exponent, and that is said', () => {
	const known = [1, 4].map((ratio) =>
		certificate(32, {learningRate: ratio === 1 ? 4.8e-3 : 2.4e-3}, {regime: regimeOf(32, ratio)}),
	);
	expect(found(known, 64, 'learningRate')).toMatchObject({form: 'tokens', extrapolation: {parameters: 4}});
});

test('the largest regime that was tuned is predicted from two others at least, of searches that looked', () => {
	const known = [certificate(64), certificate(16), certificate(32)];
	const held = holdOut(adamw, known);
	expect(held.map(({axis}) => axis)).toEqual(adamw.axes);
	expect(held[0]?.optimum.value).toBe(2.4e-3);
	expect(held[0]?.error).toBeCloseTo(0, 9);
	const without = certificate(64, {}, {searched: ['clip']});
	expect(holdOut(adamw, [without, ...known.slice(1)]).map(({axis}) => axis.name)).toEqual(['clip']);
});
