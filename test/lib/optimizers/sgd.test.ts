import {Sgd} from '../../../lib/optimizers/sgd';

describe('Sgd', () => {
	test('its defaults are those of residual networks, without decay', () => {
		expect(new Sgd()).toMatchObject({learningRate: 0.1, weightDecay: 0, momentum: 0.9, nesterov: false});
		expect(new Sgd().hyper()).toEqual({momentum: 0.9, nesterov: 0});
		expect(new Sgd({nesterov: true}).hyper()).toEqual({momentum: 0.9, nesterov: 1});
	});

	test.each([
		['momentum', 1],
		['momentum', -0.1],
		['learningRate', 0],
	])('it rejects %s %d', (name, value) => {
		expect(() => new Sgd({[name]: value})).toThrow(RangeError);
	});

	test('a yes or no is one', () => {
		expect(() => new Sgd({nesterov: 1 as unknown as boolean})).toThrow('Expected `nesterov` to be a boolean, got `1`');
		expect(() => new Sgd({dampening: 0.1} as object)).toThrow('Unknown option `dampening`');
	});
});
