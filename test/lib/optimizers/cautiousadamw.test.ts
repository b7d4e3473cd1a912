import {AdamW} from '../../../lib/optimizers/adamw';
import {CautiousAdamW} from '../../../lib/optimizers/cautiousadamw';

describe('cautious AdamW', () => {
	test("has AdamW's defaults, and the normalization of the study", () => {
		expect(CautiousAdamW.defaults).toEqual({...AdamW.defaults, normalization: 'mean'});
		expect(new CautiousAdamW().hyper()).toEqual({beta1: 0.9, beta2: 0.95, epsilon: 1e-8, normalization: 0});
		expect(new CautiousAdamW({normalization: 'sum'}).hyper()).toMatchObject({normalization: 1});
	});

	test.each([
		['beta1', 1],
		['beta2', -0.1],
		['epsilon', 0],
		['normalization', 'none'],
	])('rejects %s %s', (name, value) => {
		expect(() => new CautiousAdamW({[name]: value})).toThrow(RangeError);
	});
});
