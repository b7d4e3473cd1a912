import {AdamW} from '../../../lib/optimizers/adamw';

describe('AdamW', () => {
	test('its defaults are those of GPT-2 125M', () => {
		expect(new AdamW()).toMatchObject({learningRate: 6e-4, weightDecay: 0.1, decay: 'matrices+embeddings'});
		expect(new AdamW().hyper()).toEqual({beta1: 0.9, beta2: 0.95, epsilon: 1e-8});
	});

	test('it refreshes no curvature', () => {
		expect(new AdamW().refresh()).toBeUndefined();
	});

	test.each([
		['beta1', 1],
		['beta2', -0.1],
		['epsilon', 0],
	])('it rejects %s %d', (name, value) => {
		expect(() => new AdamW({[name]: value})).toThrow(RangeError);
	});

	test('it rejects an option it does not have', () => {
		expect(() => new AdamW({rho: 0.1} as object)).toThrow('Unknown option `rho`');
	});
});
