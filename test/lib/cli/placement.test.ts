import {placement} from '../../../lib/cli/placement';

test('a placement is what was given of it', () => {
	expect(placement({threads: 2, isa: 'avx2', rho: 1})).toEqual({threads: 2, isa: 'avx2'});
	expect(placement({})).toEqual({});
});
