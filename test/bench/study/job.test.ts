import {digestOf, keyOf, lossOf} from '../../../bench/study/job';
import {jobOf, published, regime, runOf} from './regimes';

test('a job is known by all that it is, and by nothing else', () => {
	const {key} = runOf();
	expect(key).toMatch(/^[0-9a-f]{16}$/);
	expect(keyOf(runOf({}, 3))).toBe(key);
	const others = [
		jobOf({seed: 1}),
		jobOf({optimizer: 'lion'}),
		jobOf({steps: 25}),
		jobOf({settings: {...published, clip: 0}}),
		jobOf({regime: {...regime, data: 'other'}}),
		jobOf({regime: {...regime, ratio: 2}}),
	];
	expect(new Set([key, ...others.map(keyOf)]).size).toBe(others.length + 1);
});

test('digests are of what objects say', () => {
	expect(digestOf({a: 1, b: 2})).toBe(digestOf({b: 2, a: 1}));
});

test('what diverged is worse than anything', () => {
	expect([lossOf({loss: null}), lossOf({loss: 2})]).toEqual([Infinity, 2]);
});
