import {CautiousLion} from '../../../lib/optimizers/cautiouslion';
import {Lion} from '../../../lib/optimizers/lion';

describe('cautious Lion', () => {
	test("has Lion's defaults, and the normalization of its authors' code", () => {
		expect(CautiousLion.defaults).toEqual({...Lion.defaults, normalization: 'clamp'});
		expect(new CautiousLion().hyper()).toEqual({beta1: 0.95, beta2: 0.98, normalization: 2});
	});

	test.each([
		['beta1', 1],
		['beta2', 2],
		['normalization', 'none'],
	])('rejects %s %s', (name, value) => {
		expect(() => new CautiousLion({[name]: value})).toThrow(RangeError);
	});
});
