import {AdamW} from '../../../lib/optimizers/adamw';
import {flatten, type ParameterGroup} from '../../../lib/optimizers/groups';
import {Muon} from '../../../lib/optimizers/muon';
import type {Optimizer} from '../../../lib/optimizers/optimizer';
import {Rates, ratesAt} from '../../../lib/optimizers/rates';
import {Scion} from '../../../lib/optimizers/scion';

const refused = (words: string) =>
	expect.objectContaining({code: 'ERR_SOPHIA_INVALID_ARGUMENT', message: expect.stringContaining(words)}) as Error;
const shapes = {weight: [2, 3]};
const params = () => ({weight: new Float32Array(6), bias: new Float32Array(2)});
const ratesOf = (optimizer: Optimizer, ...groups: ParameterGroup[]) =>
	new Rates(optimizer, flatten(optimizer, groups.length === 0 ? [{params: params(), shapes}] : groups));
const numbers = ({sets}: ReturnType<Rates['change']>) =>
	[...sets].map(([set, {learningRate, weightDecay}]) => [set, learningRate, weightDecay]);

test('a group gets other rates and keeps the rest', () => {
	const [a, b] = [new Float32Array(1), new Float32Array(1)];
	const rates = ratesOf(
		new AdamW({learningRate: 0.5, weightDecay: 0.25}),
		{params: {a}},
		{params: {b}, weightDecay: 0},
	);
	expect(numbers(rates.change(1, {learningRate: 1}))).toEqual([[1, 1, 0]]);
	const change = rates.change(0, {learningRate: 2});
	expect(numbers(rates.change(0, {weightDecay: 3}))).toEqual([[0, 0.5, 3]]); // nothing was kept yet
	change.keep();
	expect(numbers(rates.change(0, {weightDecay: 3}))).toEqual([[0, 2, 3]]);
});

test('rules beside the own one have a learning rate of their own, and the decay of the optimizer', () => {
	const rates = ratesOf(new Muon({learningRate: 0.02, weightDecay: 0.1, adamw: {learningRate: 1e-3}}));
	expect(numbers(rates.change(0, {learningRate: 0.5}))).toEqual([
		[0, 0.5, 0.1],
		[1, 1e-3, 0.1],
	]);
	expect(numbers(rates.change(0, {weightDecay: 0, adamw: {learningRate: 2e-3}}))).toEqual([
		[0, 0.02, 0],
		[1, 2e-3, 0],
	]);
	expect(numbers(rates.change(0, {weightDecay: 0, adamw: {weightDecay: 0.5}}))).toEqual([
		[0, 0.02, 0],
		[1, 1e-3, 0.5],
	]);
});

test('what is no rate, or would change nothing, is refused', () => {
	const {bias} = params();
	const rates = ratesOf(new Muon(), {params: {bias}});
	expect(() => rates.change(1, {})).toThrow(refused('group'));
	expect(() => rates.change(0, {weightDecay: -1})).toThrow(refused('weightDecay'));
	expect(() => rates.change(0, {momentum: 0} as never)).toThrow(refused('momentum'));
	expect(() => rates.change(0, {adamw: {beta1: 0}} as never)).toThrow(refused('beta1'));
	expect(() => rates.change(0, {sign: {learningRate: 1}})).toThrow(refused('sign'));
	expect(() => rates.change(0, {adamw: 5} as never)).toThrow(refused('adamw'));
	expect(() => rates.change(0, {learningRate: 1})).toThrow(refused('Expected `adamw: {learningRate}` for tensors'));
	expect(() => ratesOf(new AdamW()).change(0, {adamw: {learningRate: 1}})).toThrow(refused('adamw'));
});

test('a schedule moves all rules together', () => {
	expect(ratesAt(new AdamW({learningRate: 0.5}), 1)).toEqual({learningRate: 1});
	const muon = new Muon({learningRate: 0.5, adamw: {learningRate: 0.25}});
	expect(ratesAt(muon, 1)).toEqual({learningRate: 1, adamw: {learningRate: 0.5}});
	expect(ratesAt(new Scion({learningRate: 0.5, sign: {learningRate: 0.25}}), 1)).toMatchObject({
		sign: {learningRate: 0.5},
	});
});
