import {AdamW} from '../../../lib/optimizers/adamw';
import {flatten, groupsOf} from '../../../lib/optimizers/groups';
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
