import {Lion} from '../../../lib/optimizers/lion';

describe('Lion', () => {
	test('its defaults are those of GPT-2 125M', () => {
		expect(new Lion()).toMatchObject({learningRate: 1e-4, weightDecay: 0.2});
		expect(new Lion().hyper()).toEqual({beta1: 0.95, beta2: 0.98});
	});

	test.each([
		['beta1', 1],
		['beta2', 2],
	])('it rejects %s %d', (name, value) => {
		expect(() => new Lion({[name]: value})).toThrow(RangeError);
	});
});
