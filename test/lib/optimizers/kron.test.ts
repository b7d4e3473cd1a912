import {Kron} from '../../../lib/optimizers/kron';
import {everyRole} from './tensors';

describe('Kron', () => {
	test('has the defaults that it documents', () => {
		expect(new Kron()).toMatchObject({learningRate: 1e-3, weightDecay: 0.5, normalize: false});
		expect(new Kron().hyper()).toEqual({
			...{beta1: 0.9, preconditionerRate: 0.1, damping: expect.closeTo(3.4527e-4, 8), tiny: 2 ** -126},
			...{rmsLimit: 1.1, normalize: 0, block: 256, largest: 25_000},
			...{leastProbability: 0.05, probabilityDecay: 0.001, flatStart: 500, balanceEvery: 100, seed: 1337},
		});
		expect(Math.fround(new Kron().hyper().tiny ?? 0)).toBeGreaterThan(0);
	});

	test('moves everything, and sees the matrices in it', () => {
		const optimizer = new Kron({normalize: true});
		const routes = everyRole.map((tensor) => optimizer.route(tensor));
		expect(routes.map(({rule}) => rule)).toEqual(everyRole.map(() => optimizer.rule));
		expect(routes.map(({matrices}) => matrices)).toEqual([1, 1, 1, 3, undefined]);
		expect(optimizer.hyper()).toMatchObject({normalize: 1});
	});

	test.each([
		[{beta1: 1}],
		[{preconditionerRate: 0}],
		[{damping: -1}],
		[{damping: 1}],
		[{rmsLimit: -1}],
		[{block: -1}],
		[{largest: 0}],
		[{largest: 2 ** 20 + 1}],
		[{leastProbability: 0}],
		[{leastProbability: 1.1}],
		[{probabilityDecay: -1}],
		[{flatStart: -1}],
		[{balanceEvery: 0.5}],
		[{seed: -1}],
	])('rejects %j', (options) => {
		expect(() => new Kron(options)).toThrow(RangeError);
	});
});
