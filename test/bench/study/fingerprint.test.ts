import {differs, fingerprintJob} from '../../../bench/study/fingerprint';
import {regime} from './regimes';

test('is the published configuration at full rate, for 25 steps', () => {
	const {settings, steps, seed, optimizer} = fingerprintJob(regime, 'sophia-h');
	expect([settings.warmup, settings.gamma, steps, seed, optimizer]).toEqual([0, 0.01, 25, 0, 'sophia-h']);
});

test('rounding is no difference, what changes an optimizer is', () => {
	expect(differs([5, 4, 3], [5, 4.00001, 3])).toBeUndefined();
	expect(differs([5, 4, 3], [5, 4.001, 3.1])).toBe('the loss of step 2 was 4, is 4.001');
	expect(differs([5, 4], [5, NaN])).toBe('the loss of step 2 was 4, is NaN');
	expect(differs([5, 4], [5])).toBe('2 and 1 losses');
});
