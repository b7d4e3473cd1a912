import {normalizationNumber, normalizations} from '../../../lib/optimizers/cautious';

test('normalizations have the numbers that native code knows', () => {
	expect(normalizations.map(normalizationNumber)).toEqual([0, 1, 2]);
	expect(normalizations).toEqual(['mean', 'sum', 'clamp']);
});
