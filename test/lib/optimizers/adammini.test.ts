import {AdamMini} from '../../../lib/optimizers/adammini';
import {AdamW} from '../../../lib/optimizers/adamw';
import type {RoutedTensor} from '../../../lib/optimizers/routing';
import {embedding, head, joint, matrix, vector} from './tensors';

describe('Adam-mini', () => {
	test("has AdamW's defaults", () => {
		expect(AdamMini.defaults).toEqual(AdamW.defaults);
		expect(new AdamMini().hyper()).toEqual(new AdamW().hyper());
	});

	const blocks = (tensor: RoutedTensor) => {
		const {rule, block} = new AdamMini().route(tensor);
		return [rule.direction, block];
	};

	test('has a second moment for each row of a table, each head of q and k, and each output of other matrices', () => {
		expect(blocks(embedding)).toEqual(['adam-mini', 6]);
		expect(blocks({...matrix, outLast: false})).toEqual(['adam-mini', 4]);
		expect(blocks({...matrix, outLast: false, heads: 2})).toEqual(['adam-mini', 12]);
		expect(blocks({...embedding, outLast: false})).toEqual(['adam-mini', 6]);
	});

	test('has one for a matrix whose outputs are columns', () => {
		expect([head, matrix, joint].map(blocks)).toEqual([head, matrix, joint].map(() => ['adam-mini', 0]));
	});

	test('is AdamW of gains and biases, with its own numbers', () => {
		const optimizer = new AdamMini({learningRate: 0.5, beta2: 0.9});
		const {rule} = optimizer.route(vector);
		expect(rule).toEqual({...optimizer.rule, name: 'adamw', direction: 'adamw'});
		expect(blocks(vector)).toEqual(['adamw', undefined]);
	});

	test.each([
		['beta1', 1],
		['beta2', -0.1],
		['epsilon', 0],
	])('rejects %s %d', (name, value) => {
		expect(() => new AdamMini({[name]: value})).toThrow(RangeError);
	});
});
