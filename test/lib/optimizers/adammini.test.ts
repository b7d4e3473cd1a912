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
		const {rule, block, widths} = new AdamMini().route(tensor);
		return [rule.direction, block, widths];
	};

	test('has a second moment for each row of a table, each head of q and k, and each output of other matrices', () => {
		expect(blocks(embedding)).toEqual(['adam-mini', 6, undefined]);
		expect(blocks(head)).toEqual(['adam-mini', undefined, [1]]);
		expect(blocks(matrix)).toEqual(['adam-mini', undefined, [1]]);
		expect(blocks(joint)).toEqual(['adam-mini', undefined, [2, 2, 1]]);
		expect(blocks({...joint, heads: 0})).toEqual(['adam-mini', undefined, [1, 1, 1]]);
		expect(blocks({...matrix, heads: 2})).toEqual(['adam-mini', undefined, [2]]);
	});

	test('and the same where outputs are rows, as in PyTorch', () => {
		expect(blocks({...matrix, outLast: false})).toEqual(['adam-mini', 4, undefined]);
		expect(blocks({...matrix, outLast: false, heads: 2})).toEqual(['adam-mini', 12, undefined]);
		expect(blocks({...embedding, outLast: false})).toEqual(['adam-mini', 6, undefined]);
	});

	test('is AdamW of gains and biases, with its own numbers', () => {
		const optimizer = new AdamMini({learningRate: 0.5, beta2: 0.9});
		const {rule} = optimizer.route(vector);
		expect(rule).toEqual({...optimizer.rule, name: 'adamw', direction: 'adamw'});
		expect(blocks(vector)).toEqual(['adamw', undefined, undefined]);
	});

	test.each([
		['beta1', 1],
		['beta2', -0.1],
		['epsilon', 0],
	])('rejects %s %d', (name, value) => {
		expect(() => new AdamMini({[name]: value})).toThrow(RangeError);
	});
});
