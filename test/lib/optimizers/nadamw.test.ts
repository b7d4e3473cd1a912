import {AdamW} from '../../../lib/optimizers/adamw';
import {NAdamW} from '../../../lib/optimizers/nadamw';

describe('NAdamW', () => {
	test("has AdamW's defaults, and no decay of the momentum", () => {
		expect(NAdamW.defaults).toEqual({...AdamW.defaults, momentumDecay: 0});
		expect(new NAdamW().hyper()).toEqual({beta1: 0.9, beta2: 0.95, epsilon: 1e-8, momentumDecay: 0});
	});

	test.each([
		['beta1', 1],
		['beta2', -0.1],
		['epsilon', 0],
		['momentumDecay', -0.004],
	])('rejects %s %d', (name, value) => {
		expect(() => new NAdamW({[name]: value})).toThrow(RangeError);
	});
});
