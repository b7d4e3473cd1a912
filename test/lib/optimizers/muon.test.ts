import {optimizerFromJson} from '../../../lib/optimizers/index';
import {Muon} from '../../../lib/optimizers/muon';
import {everyRole} from './tensors';

describe('Muon', () => {
	test("has the defaults of Jordan's code, and the study's decay", () => {
		expect(new Muon()).toMatchObject({learningRate: 0.02, weightDecay: 0.1, scale: 'original'});
		expect(new Muon().hyper()).toEqual({
			momentum: 0.95,
			gradient: expect.closeTo(0.05, 12),
			nesterov: 1,
			steps: 5,
			a: 3.4445,
			b: -4.775,
			c: 2.0315,
			epsilon: 1e-7,
			scale: 0,
		});
		expect(new Muon({averaged: false, nesterov: false, scale: 'match-adamw', iterations: 10}).hyper()).toMatchObject({
			gradient: 1,
			nesterov: 0,
			scale: 1,
			steps: 10,
		});
	});

	test('moves matrices and leaves the rest to AdamW', () => {
		const routes = everyRole.map((tensor) => new Muon().route(tensor));
		expect(routes.map(({rule, matrices = 0}) => [rule.name, matrices])).toEqual([
			['adamw', 0],
			['adamw', 0],
			['muon', 1],
			['muon', 3],
			['adamw', 0],
		]);
		expect(routes[0]?.rule).toEqual({
			name: 'adamw',
			direction: 'adamw',
			hyper: {beta1: 0.9, beta2: 0.95, epsilon: 1e-10},
			learningRate: 3e-4,
			weightDecay: 0.1,
		});
	});

	test('changes a part of its AdamW and keeps the rest, in JSON too', () => {
		const optimizer = new Muon({weightDecay: 0.3, adamw: {beta1: 0.8}});
		expect(optimizer.adamw).toMatchObject({learningRate: 3e-4, beta1: 0.8, beta2: 0.95});
		const again = optimizerFromJson(JSON.parse(JSON.stringify(optimizer)) as {name: string});
		expect(again.equals(optimizer)).toBe(true);
		expect(Object.isFrozen(optimizer.adamw)).toBe(true);
	});

	test.each([
		[{momentum: 1}],
		[{iterations: 0}],
		[{iterations: 101}],
		[{epsilon: 0}],
		[{scale: 'kimi'}],
		[{adamw: {learningRate: 0}}],
		[{adamw: {beta1: 1}}],
	])('rejects %j', (options) => {
		expect(() => new Muon(options as never)).toThrow(RangeError);
	});
});
