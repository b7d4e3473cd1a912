import {optimizerFromJson} from '../../../lib/optimizers/index';
import {Scion} from '../../../lib/optimizers/scion';
import {embedding, everyRole, head, joint, matrix, vector} from './tensors';

describe('Scion of its authors', () => {
	test('has their defaults for GPT-2', () => {
		const optimizer = new Scion();
		expect(optimizer).toMatchObject({form: 'official', learningRate: 2 ** -12, weightDecay: 1, decay: 'all'});
		expect(optimizer.direction).toBe('muon');
		expect(optimizer.hyper()).toMatchObject({momentum: 0.9, nesterov: 0, steps: 5, epsilon: 1e-7, scale: 2});
		expect(optimizer.hyper().gradient).toBeCloseTo(0.1, 12);
	});

	test('moves each role within its ball: the step times the radius, and the decay as it is', () => {
		const optimizer = new Scion({learningRate: 0.5, weightDecay: 1, radii: {matrix: 8, head: 20, vector: 2}});
		const rule = (tensor: typeof matrix) => optimizer.route(tensor).rule;
		expect(rule(matrix)).toMatchObject({name: 'scion', learningRate: 4, weightDecay: 1 / 8});
		expect(rule(matrix)).toEqual(optimizer.rule);
		expect(rule(embedding)).toMatchObject({
			...{name: 'sign', direction: 'lion', hyper: {beta1: 0.9, beta2: 0.9}},
			...{learningRate: 0.5 * (3000 / 6), weightDecay: 6 / 3000},
		});
		expect(rule(head)).toMatchObject({name: 'sign', learningRate: 0.5 * (20 / 6)}); // 6 inputs, 10 outputs
		expect(rule({...head, outLast: false})).toMatchObject({learningRate: 0.5 * (20 / 10)});
		expect(rule(vector)).toMatchObject({
			...{name: 'rms', direction: 'rms-momentum', hyper: {beta1: 0.9, epsilon: 1e-8}},
			...{learningRate: 1, weightDecay: 0.5},
		});
		for (const {learningRate, weightDecay} of everyRole.map(rule)) {
			expect(learningRate * weightDecay).toBeCloseTo(0.5, 12); // θ ← (1 − η) θ
		}
	});

	test('is unconstrained without decay', () => {
		expect(everyRole.map((tensor) => new Scion({weightDecay: 0}).route(tensor).rule.weightDecay)).toEqual([
			0, 0, 0, 0, 0,
		]);
	});
});

describe('Scion of the study', () => {
	test('has its defaults, and what is given over them', () => {
		const optimizer = new Scion({form: 'study'});
		expect(optimizer).toMatchObject({learningRate: 0.016, weightDecay: 0.1, decay: 'matrices+embeddings'});
		expect(optimizer.hyper()).toMatchObject({momentum: 0.95, nesterov: 0, steps: 10, epsilon: 1e-8, scale: 0});
		expect(new Scion({form: 'study', iterations: 5, decay: 'all'})).toMatchObject({iterations: 5, decay: 'all'});
	});

	test('moves matrices, and everything else by a sign', () => {
		const optimizer = new Scion({form: 'study', sign: {learningRate: 1e-3}});
		expect(optimizer.route(joint)).toEqual({rule: optimizer.rule, matrices: 3});
		expect(optimizer.rule).toMatchObject({name: 'scion', direction: 'muon', learningRate: 0.016, weightDecay: 0.1});
		const sign = {name: 'sign', direction: 'lion', learningRate: 1e-3, weightDecay: 0.1};
		for (const tensor of [embedding, head, vector]) {
			expect(optimizer.route(tensor)).toEqual({rule: {...sign, hyper: {beta1: 0.95, beta2: 0.95}}});
		}
	});
});

test.each([new Scion({radii: {matrix: 10}}), new Scion({form: 'study', sign: {beta1: 0.9}})])(
	'Scion survives JSON: %s',
	(optimizer) => {
		expect(optimizerFromJson(JSON.parse(JSON.stringify(optimizer)) as {name: string}).equals(optimizer)).toBe(true);
		expect([optimizer, optimizer.radii, optimizer.sign].every((each) => Object.isFrozen(each))).toBe(true);
	},
);

test.each([
	[{form: 'paper'}],
	[{learningRate: 0}],
	[{weightDecay: -1}],
	[{decay: 'none'}],
	[{momentum: 1}],
	[{iterations: 0}],
	[{epsilon: 0}],
	[{radii: {matrix: 0}}],
	[{radii: {vector: -1}}],
	[{radii: {head: Infinity}}],
	[{radii: {embedding: 0}}],
	[{sign: {learningRate: 0}}],
])('Scion rejects %j', (options) => {
	expect(() => new Scion(options as never)).toThrow(RangeError);
});
