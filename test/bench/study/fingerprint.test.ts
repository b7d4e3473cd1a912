import {differs, fingerprintJob, fingerprintOf} from '../../../bench/study/fingerprint';
import {stepsOf} from '../../../bench/study/regime';
import {regime, runOf} from './regimes';

test('is a whole course of 25 steps, with the published configuration and a decay that shows', () => {
	const {settings, steps, seed, optimizer, regime: short} = fingerprintJob(regime, 'sophia-h');
	expect([settings.gamma, steps, stepsOf(short), seed, optimizer]).toEqual([0.01, 25, 25, 0, 'sophia-h']);
	expect(settings.weightDecay * settings.learningRate).toBeCloseTo(0.01);
});

test('is the losses of all steps, and the one after them', () => {
	expect(fingerprintOf({...runOf(), losses: [5, 4]})).toEqual([5, 4, 2]);
	expect(fingerprintOf({...runOf({}, null), losses: [5, 4]})).toEqual([5, 4, null]);
});

test('rounding is no difference, what changes an optimizer is', () => {
	expect(differs([5, 4, 3], [5, 4.00001, 3])).toBeUndefined();
	expect(differs([5, 4, 3], [5, 4.001, 3.1])).toBe('the loss of step 2 was 4, is 4.001');
	expect(differs([5, 4], [5, null])).toBe('the loss of step 2 was 4, is null');
	expect(differs([5, null], [5, null])).toBeUndefined();
	const [long, other] = [Array.from({length: 26}, () => 2), Array.from({length: 26}, (_, i) => (i < 25 ? 2 : 3))];
	expect(differs(long, other)).toBe('the loss after the last step was 2, is 3');
	expect(differs([5, 4], [5])).toBe('2 and 1 losses');
});
