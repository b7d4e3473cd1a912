import {Soap} from '../../../lib/optimizers/soap';
import {everyRole} from './tensors';

describe('SOAP', () => {
	test("has the defaults of its authors' code", () => {
		expect(new Soap()).toMatchObject({learningRate: 3e-3, weightDecay: 0.01, form: 'official', precondition1d: false});
		expect(new Soap().hyper()).toEqual({
			...{beta1: 0.95, beta2: 0.95, shampooBeta: 0.95, epsilon: 1e-8, every: 10, block: 0, largest: 10_000},
			...{countsFirst: 0, precondition1d: 0, basisBefore: 0, decayAfter: 1},
		});
	});

	test('has another order of things in the form of the study', () => {
		expect(new Soap({form: 'study'}).hyper()).toMatchObject({
			...{countsFirst: 1, precondition1d: 1, basisBefore: 1, decayAfter: 0},
		});
		expect(new Soap({form: 'study', precondition1d: false}).hyper()).toMatchObject({precondition1d: 0, countsFirst: 1});
		expect(new Soap({precondition1d: true}).hyper()).toMatchObject({precondition1d: 1, countsFirst: 0});
	});

	test('moves everything, and sees the matrices in it', () => {
		const optimizer = new Soap();
		const routes = everyRole.map((tensor) => optimizer.route(tensor));
		expect(routes.map(({rule}) => rule)).toEqual(everyRole.map(() => optimizer.rule));
		expect(routes.map(({matrices}) => matrices)).toEqual([1, 1, 1, 3, undefined]);
	});

	test.each([
		[{form: 'paper'}],
		[{beta1: 1}],
		[{beta2: -1}],
		[{shampooBeta: 1}],
		[{epsilon: 0}],
		[{preconditionEvery: 0}],
		[{block: -1}],
		[{largest: 0}],
		[{block: 2 ** 20 + 1}],
		[{preconditionEvery: 2 ** 20 + 1}],
	])('rejects %j', (options) => {
		expect(() => new Soap(options as never)).toThrow(RangeError);
	});

	test('rejects what is no boolean', () => {
		expect(() => new Soap({precondition1d: 1 as never})).toThrow(TypeError);
	});
});
