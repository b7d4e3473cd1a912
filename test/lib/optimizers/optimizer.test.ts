import {AdamW} from '../../../lib/optimizers/adamw';
import {Muon} from '../../../lib/optimizers/muon';
import {SophiaG} from '../../../lib/optimizers/sophiag';
import {everyRole} from './tensors';

describe('an optimizer is a value', () => {
	test('it is frozen, down to its curvature', () => {
		const optimizer = new SophiaG();
		expect(Object.isFrozen(optimizer)).toBe(true);
		expect(Object.isFrozen(optimizer.curvature)).toBe(true);
	});

	test('it is equal to another with the same numbers and to no other', () => {
		expect(new AdamW().equals(new AdamW({beta1: 0.9}))).toBe(true);
		expect(new AdamW().equals(new AdamW({beta1: 0.8}))).toBe(false);
		expect(new AdamW().equals(new SophiaG())).toBe(false);
		expect(new SophiaG().equals(new SophiaG({curvature: {every: 5}}))).toBe(false);
		expect(() => new AdamW().equals(null as never)).toThrow('Expected `other` to be an Optimizer, got `null` (object)');
	});

	test('it is printed with its class and its numbers', () => {
		expect(String(new AdamW())).toMatch(/^AdamW \{.*learningRate: 0.0006.*epsilon: 1e-8 \}$/);
	});

	test('it moves every tensor by its own rule, unless it has others', () => {
		const optimizer = new AdamW({learningRate: 0.5});
		const rule = {name: 'adamw', direction: 'adamw', learningRate: 0.5, weightDecay: 0.1, hyper: optimizer.hyper()};
		expect(optimizer.rule).toEqual(rule);
		expect(everyRole.map((tensor) => optimizer.route(tensor))).toEqual(everyRole.map(() => ({rule})));
		expect(new Set(everyRole.map((tensor) => new Muon().route(tensor).rule.name)).size).toBe(2);
	});

	test('it is equal to one with the same numbers in a part, and to no other', () => {
		expect(new Muon().equals(new Muon({adamw: {beta1: 0.9}}))).toBe(true);
		expect(new Muon().equals(new Muon({adamw: {weightDecay: 0.1}}))).toBe(false);
	});

	test.each([
		['learningRate', 0],
		['learningRate', -1],
		['weightDecay', -0.1],
	])('it rejects %s %d', (name, value) => {
		expect(() => new AdamW({[name]: value})).toThrow(RangeError);
	});

	test('it rejects a decay that does not exist', () => {
		expect(() => new AdamW({decay: 'everything' as 'matrices'})).toThrow('`matrices+embeddings`, `matrices`, `all`');
	});
});
