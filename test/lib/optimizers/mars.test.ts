import {Mars} from '../../../lib/optimizers/mars';
import {embedding, matrix, vector} from './tensors';

describe('MARS', () => {
	test("has the defaults of its authors' code for GPT-2 125M", () => {
		expect(new Mars()).toMatchObject({learningRate: 6e-3, weightDecay: 0.01, clipping: 'tensor', vectors: 'adamw'});
		expect(new Mars().hyper()).toEqual({beta1: 0.95, beta2: 0.99, epsilon: 1e-8, gamma: 0.025, maxNorm: 1, global: 0});
		expect(new Mars({clipping: 'global'}).hyper()).toMatchObject({global: 1});
	});

	test('leaves gains and biases to AdamW, or moves them itself', () => {
		const rules = (optimizer: Mars) => [embedding, matrix, vector].map((tensor) => optimizer.route(tensor).rule);
		expect(rules(new Mars()).map(({direction}) => direction)).toEqual(['mars', 'mars', 'adamw']);
		expect(rules(new Mars({adamw: {beta2: 0.9}}))[2]).toMatchObject({
			learningRate: 3e-3,
			weightDecay: 0.01,
			hyper: {beta1: 0.9, beta2: 0.9, epsilon: 1e-8},
		});
		expect(new Set(rules(new Mars({vectors: 'mars'})).map(({direction}) => direction))).toEqual(new Set(['mars']));
	});

	test.each([
		[{beta1: 1}],
		[{beta2: 1}],
		[{epsilon: 0}],
		[{gamma: -1}],
		[{maxNorm: 0}],
		[{clipping: 'none'}],
		[{vectors: 'lion'}],
		[{adamw: {learningRate: 0}}],
	])('rejects %j', (options) => {
		expect(() => new Mars(options as never)).toThrow(RangeError);
	});
});
