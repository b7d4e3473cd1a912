import type {TfTensor} from '../../../lib/adapters/tensorflow';
import {fromTensors, toTensors} from '../../../lib/adapters/weights';

/** As much of tfjs as makes tensors. */
const fake = {tensor: (values: Float32Array | Int32Array) => ({data: () => Promise.resolve(values)})} as never;

const memories = [
	{name: 'a/kernel', counters: {steps: 3, tokens: 2 ** 40, scale: 0.1}, slots: {momentum: Float32Array.of(1, 2)}},
	{name: 'b', counters: {steps: 4, tokens: 1, scale: 1 / 3}, slots: {momentum: Float32Array.of(-0)}},
];

const plain = [{names: ['momentum'], all: true}];

test('what is remembered becomes tensors and comes back, every bit of it', async () => {
	const tensors = toTensors(fake, memories);
	expect(tensors.map(({name}) => name)).toEqual(['sophia/counters', 'a/kernel/momentum', 'b/momentum']);
	expect(await fromTensors(tensors, plain)).toEqual(memories);
	expect(await fromTensors(toTensors(fake, []), plain)).toEqual([]);
});

test('weights of another optimizer are refused', async () => {
	const tensors = toTensors(fake, memories);
	const [head, ...rest] = tensors;
	const from = (given: readonly {name: string; tensor: TfTensor}[], names = ['momentum']) =>
		fromTensors(given, [{names, all: true}]);
	await expect(from([])).rejects.toThrow('Expected weights that `getWeights` gave, `sophia/counters` first, got none');
	await expect(from(rest)).rejects.toThrow('first, got `a/kernel/momentum`');
	await expect(from(tensors, ['momentum', 'hessian'])).rejects.toThrow(
		'Expected momentum, hessian of variable `a/kernel`, got momentum',
	);
	await expect(from(tensors, ['second'])).rejects.toThrow('Expected second of variable `a/kernel`, got momentum');
	await expect(from(head === undefined ? [] : [head, ...rest, ...rest])).rejects.toThrow('of 2 variables, got 4');
});

test('variables may be moved by different rules, and matrices keep what their sizes ask for', async () => {
	const given = memories.map((each, i) => ({
		...each,
		slots: {...each.slots, ...(i === 0 ? {left: Float32Array.of(1, 2, 3)} : {variance: Float32Array.of(4)})},
	}));
	const kinds = [
		{names: ['momentum', 'variance'], all: true},
		{names: ['momentum', 'left', 'right'], all: false},
	];
	expect(await fromTensors(toTensors(fake, given), kinds)).toEqual(given);
	await expect(fromTensors(toTensors(fake, given), kinds.slice(0, 1))).rejects.toThrow('got momentum, left');
});
