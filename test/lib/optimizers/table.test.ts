import {AdamMini} from '../../../lib/optimizers/adammini';
import {AdamW} from '../../../lib/optimizers/adamw';
import {Muon} from '../../../lib/optimizers/muon';
import type {Optimizer} from '../../../lib/optimizers/optimizer';
import type {RoutedTensor} from '../../../lib/optimizers/routing';
import {Soap} from '../../../lib/optimizers/soap';
import {routingLines, rowOf} from '../../../lib/optimizers/table';
import {embedding, everyRole, joint, matrix, vector} from './tensors';

const rows = (optimizer: Optimizer, tensors: readonly RoutedTensor[] = everyRole) =>
	tensors.map((tensor) => rowOf(tensor, optimizer.route(tensor)));

test('a row says who moves a tensor, and what is kept of it where that is known', () => {
	const route = new Muon().route(joint);
	const row = {name: 'joint', shape: '6×12', rule: 'muon', matrices: 3, shared: '', numbers: 72};
	expect(rowOf(joint, route)).toEqual(row);
	expect(rowOf(joint, route, 144)).toEqual({...row, state: 144});
});

test('numbers that share a second moment are told in rows and columns', () => {
	const outFirst = {...matrix, outLast: false, heads: 2};
	const shared = rows(new AdamMini(), [embedding, matrix, joint, vector, outFirst]).map((row) => row.shared);
	expect(shared).toEqual(['1 row', '1 column', '2, 2, 1 columns', '', '3 rows']);
});

describe('the lines of a table', () => {
	test('are none where one rule moves all numbers alike', () => {
		expect(routingLines(rows(new AdamW()))).toEqual([]);
	});

	test('are one for several rules, or for matrices', () => {
		expect(routingLines(rows(new Muon()))).toEqual([
			'adamw: 3 tensors, 126 parameters; muon: 4 matrices, 96 parameters',
		]);
		expect(routingLines(rows(new Muon(), [vector, matrix]))).toEqual([
			'adamw: 1 tensor, 6 parameters; muon: 1 matrix, 24 parameters',
		]);
		expect(routingLines(rows(new Soap()))).toEqual(['soap: 6 matrices, 1 tensor, 222 parameters']);
	});

	test('tell the blocks of Adam-mini, those of all layers as one', () => {
		const layers = [0, 1].map((layer) => ({...joint, name: `h.${layer}.attn.weight`}));
		expect(routingLines(rows(new AdamMini(), [embedding, ...layers, vector]))).toEqual([
			'adam-mini: 3 tensors, 204 parameters; adamw: 1 tensor, 6 parameters',
			'  a second moment for each 1 row of embedding',
			'  a second moment for each 2, 2, 1 columns of h.*.attn.weight',
		]);
	});
});
