import {
	canonical,
	configure,
	nameOf,
	parametersOf,
	fileOf,
	stepsOf,
	tokensOf,
	withRatio,
	withSteps,
} from '../../../bench/study/regime';
import {candidateNamed} from '../../../bench/candidates/index';
import {regime} from './regimes';

test('tokens are twenty for each parameter without embeddings, in whole steps', () => {
	const small = {...regime, shape: {layers: 2, heads: 3, width: 48}, batch: 8, length: 64};
	expect(parametersOf(small.shape)).toBe(55296);
	expect([stepsOf(small), tokensOf(small)]).toEqual([2160, 1105920]);
	expect(stepsOf(withRatio(small, 4))).toBe(8640);
	expect(stepsOf(withRatio(small, 1e-9))).toBe(1);
	expect([1, 25, 4321].map((steps) => stepsOf(withSteps(small, steps)))).toEqual([1, 25, 4321]);
});

test('names say the model and the ratio', () => {
	expect(nameOf(regime)).toBe('1x16-r1');
	expect(fileOf(regime)).toBe('1x16-r1-4x16');
});

test('objects that say the same are the same text, in whatever order', () => {
	expect(canonical({b: [1, {d: 2, c: 3}], a: 1})).toBe(canonical({a: 1, b: [1, {c: 3, d: 2}]}));
	expect(canonical({a: 1})).not.toBe(canonical({a: 2}));
	expect(canonical({a: [1, 2]})).not.toBe(canonical({a: [2, 1]}));
});

test('a configuration is the published one with changes', () => {
	const adamw = candidateNamed('adamw');
	expect(configure(adamw, {clip: 0})).toEqual({...adamw.published, clip: 0});
});
