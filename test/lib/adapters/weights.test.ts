import type {TfTensor} from '../../../lib/adapters/tensorflow';
import {fromTensors, toTensors} from '../../../lib/adapters/weights';

/** As much of tfjs as makes tensors. */
const fake = {tensor: (values: Float32Array | Int32Array) => ({data: () => Promise.resolve(values)})} as never;

const memories = [
	{name: 'a/kernel', counters: {steps: 3, tokens: 2 ** 40, scale: 0.1}, slots: {momentum: Float32Array.of(1, 2)}},
	{name: 'b', counters: {steps: 4, tokens: 1, scale: 1 / 3}, slots: {momentum: Float32Array.of(-0)}},
];

test('what is remembered becomes tensors and comes back, every bit of it', async () => {
	const tensors = toTensors(fake, memories);
	expect(tensors.map(({name}) => name)).toEqual(['sophia/counters', 'a/kernel/momentum', 'b/momentum']);
	expect(await fromTensors(tensors, ['momentum'])).toEqual(memories);
	expect(await fromTensors(toTensors(fake, []), ['momentum'])).toEqual([]);
});

test('weights of another optimizer are refused', async () => {
	const tensors = toTensors(fake, memories);
	const [head, ...rest] = tensors;
	const from = (given: readonly {name: string; tensor: TfTensor}[], slots = ['momentum']) => fromTensors(given, slots);
	await expect(from([])).rejects.toThrow('Expected weights that `getWeights` gave, `sophia/counters` first, got none');
	await expect(from(rest)).rejects.toThrow('first, got `a/kernel/momentum`');
	await expect(from(tensors, ['momentum', 'hessian'])).rejects.toThrow(
		'Expected 4 weights: momentum, hessian of 2 variables, got 2',
	);
	await expect(from(tensors, ['second'])).rejects.toThrow(
		'Expected the `second` of a variable, got `a/kernel/momentum`',
	);
	await expect(from(head === undefined ? [] : [head, ...rest, ...rest])).rejects.toThrow('Expected 2 weights');
});
