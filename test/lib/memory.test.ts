import {requiredMemory} from '../../lib/memory';
import {AdamW} from '../../lib/optimizers/adamw';
import {Lion} from '../../lib/optimizers/lion';
import {Muon} from '../../lib/optimizers/muon';
import {SophiaH} from '../../lib/optimizers/sophiah';
import {reset} from './fake';

jest.mock('../../lib/native', () => jest.requireActual<typeof import('./fake')>('./fake').fakeModule);

beforeEach(reset);

const model = {layers: 1, heads: 1, width: 8, context: 16, vocabulary: 256};

describe('the memory that a training requires', () => {
	test('is the sum of what it is for, with the state by name', () => {
		const found = requiredMemory({model, optimizer: new AdamW()});
		expect(found.state).toEqual({momentum: 4000, variance: 4000});
		expect(found.total).toBe(4000 + 4000 + 8000 + 3_000_000);
		expect(requiredMemory({model, optimizer: new Lion()}).state).toEqual({momentum: 4000});
	});

	test('has what a step of the optimizer computes with', () => {
		const found = requiredMemory({model, optimizer: new Muon()});
		expect(found.workspace).toBe(2000);
		expect(found.total).toBe(4000 + 4000 + 4000 + 3_000_000 + 2000);
	});

	test('counts the sequences that products look at', () => {
		const products = (fraction: number) =>
			requiredMemory({model, optimizer: new SophiaH({curvature: {fraction}}), batch: 30}).curvature / 1000;
		expect([1, 1 / 15, 1e-6].map(products)).toEqual([30, 2, 1]);
	});

	test.each([
		[{model: {width: 7}}, '`heads` to divide'],
		[{model, batch: 0}, '`batch`'],
		[{model, length: 17}, '`length`'],
		[{model, dtype: 'float16'}, '`dtype`'],
		[{model, recompute: 1}, '`recompute`'],
		[{model, optimizer: 'adamw'}, 'an Optimizer'],
		[{model, bach: 3}, 'Unknown option `bach`'],
	])('refuses %j', (options, message) => {
		expect(() => requiredMemory(options as never)).toThrow(message);
	});
});
