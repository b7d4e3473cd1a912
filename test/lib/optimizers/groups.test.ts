import {AdamW} from '../../../lib/optimizers/adamw';
import {flatten, groupsOf, planOf, ruleOptions, withOptions} from '../../../lib/optimizers/groups';
import {Muon} from '../../../lib/optimizers/muon';
import {SophiaG} from '../../../lib/optimizers/sophiag';

const invalid = (words: string) =>
	expect.objectContaining({code: 'ERR_SOPHIA_INVALID_ARGUMENT', message: expect.stringContaining(words)}) as Error;
const [a, b] = [new Float32Array(1), new Float32Array(2)];

test('tensors are given by name, in an order, or in groups', () => {
	expect(groupsOf({a, b})).toEqual([{params: {a, b}}]);
	expect(groupsOf([a, b])).toEqual([{params: [a, b]}]);
	const groups = [{params: {a}}, {params: [b], beta1: 0.5}];
	expect(groupsOf(groups)).toBe(groups);
});

test('a group has the numbers of the optimizer, but for its own', () => {
	const {sets, tensors, groups} = flatten(new AdamW({learningRate: 0.5}), [
		{params: {a}},
		{params: {b}, beta1: 0.5, weightDecay: 0, learningRate: undefined as never},
	]);
	expect(tensors).toMatchObject([
		{name: 'a', numbers: a, group: 0, set: 0, tensor: {role: 'vector', rows: 1, columns: 1}},
		{name: 'b', numbers: b, group: 1, set: 1, tensor: {role: 'vector', rows: 1, columns: 2}},
	]);
	const rule = {name: 'adamw', direction: 'adamw', learningRate: 0.5};
	expect(sets).toEqual([
		{...rule, weightDecay: 0.1, hyper: {beta1: 0.9, beta2: 0.95, epsilon: 1e-8}},
		{...rule, weightDecay: 0, hyper: {beta1: 0.5, beta2: 0.95, epsilon: 1e-8}},
	]);
	expect(groups).toEqual([{}, {beta1: 0.5, weightDecay: 0}]);
});

test('equal rules of a group are one set, and those of another group are others', () => {
	const c = new Float32Array(3);
	const {sets, tensors} = flatten(new AdamW(), [{params: {a, b}}, {params: {c}}]);
	expect(tensors.map(({set}) => set)).toEqual([0, 0, 1]);
	expect(sets[1]).toEqual(sets[0]);
});

test('the names of those in an order go on over the groups', () => {
	expect(flatten(new AdamW(), [{params: [a]}, {params: [b]}]).tensors.map(({name}) => name)).toEqual(['0', '1']);
});

test('what is wrong is named', () => {
	const flat = (groups: unknown) => () => flatten(new SophiaG(), groups as never);
	expect(flat([{params: {a}}, {params: {a: b}}])).toThrow(invalid('`a` twice'));
	expect(flat([{params: {a}, beta3: 1}])).toThrow(invalid('beta3'));
	expect(flat([{params: {a}, rho: 0}])).toThrow(invalid('rho'));
	expect(flat([{params: {a}, curvature: {every: 5}}])).toThrow(invalid('curvature'));
	expect(flat([{params: {a: [1, 2]}}])).toThrow(invalid('params.a'));
	expect(flat([{}])).toThrow(invalid('params'));
	expect(flat([null])).toThrow(invalid('group'));
	expect(flat('a')).toThrow(invalid('groups'));
});

describe('an optimizer of several rules', () => {
	const weight = new Float32Array(6);
	const shapes = {weight: [3, 2]};
	const muon = new Muon({weightDecay: 0.5});

	test('has a set for each rule of a group that moves something', () => {
		const bare = new Float32Array(6);
		const {sets, tensors} = flatten(muon, [
			{params: {b, weight}, shapes, learningRate: 0.5, weightDecay: 0},
			{params: {bare}},
			{params: {table: new Float32Array(4)}, shapes: {table: [2, 2]}, role: 'embedding', adamw: {learningRate: 1}},
		]);
		expect(tensors.map(({set}) => set)).toEqual([0, 1, 2, 3]);
		expect(sets.map(({name, learningRate, weightDecay}) => [name, learningRate, weightDecay])).toEqual([
			['adamw', 3e-4, 0],
			['muon', 0.5, 0],
			['adamw', 3e-4, 0.5],
			['adamw', 1, 0.5],
		]);
	});

	test('is told to native code with its divisions', () => {
		const plan = planOf(muon, flatten(muon, [{params: {weight, b}, shapes, outLast: true}]));
		expect(plan).toMatchObject({
			optimizer: 'muon',
			sets: [{optimizer: 'muon'}, {optimizer: 'adamw'}],
			setOf: Int32Array.of(0, 1),
			counts: Float64Array.of(6, 2),
			divisions: [
				{rows: 3, columns: 2, parts: 1, outLast: true, block: 0, widths: new Int32Array()},
				{rows: 1, columns: 2},
			],
			targetWinRate: 0,
		});
	});

	test('refuses a learning rate for a group that its own rule does not move', () => {
		const flat = (group: object) => () => flatten(muon, [{params: {b}, ...group}]);
		expect(flat({learningRate: 1})).toThrow(
			invalid('Expected `adamw: {learningRate}` for tensors that `muon` does not'),
		);
		expect(flat({learningRate: 1, adamw: {learningRate: 1}})).not.toThrow();
		expect(flat({learningRate: muon.learningRate})).not.toThrow();
		expect(flat({adamw: 1})).toThrow(invalid('adamw'));
		expect(flat({sign: {}})).toThrow(invalid('sign'));
		expect(flat({role: 'weight'})).toThrow(invalid('role'));
	});

	test('has the options of its other rules by name', () => {
		expect(ruleOptions(muon)).toEqual({adamw: muon.adamw});
		expect(ruleOptions(new SophiaG())).toEqual({});
		expect(withOptions(muon, {adamw: {beta1: 0.5}})).toMatchObject({
			adamw: {beta1: 0.5, beta2: 0.95},
			weightDecay: 0.5,
		});
	});
});
