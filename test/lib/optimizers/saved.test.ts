import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {readCheckpoint} from '../../../lib/checkpoint';
import {checkSaved, readState, saveState, stateVersion} from '../../../lib/optimizers/saved';
import {safetensorsHeader} from '../../../lib/safetensors';
import {temporaryDirectory} from '../temporary';

const directory = temporaryDirectory();
const saved = {
	version: stateVersion,
	optimizer: {name: 'adamw', beta1: 0.9},
	steps: 3,
	tokens: 1,
	scale: 1,
	tensors: {'layer/weight': {momentum: Float32Array.of(1, 2), variance: Float32Array.of(3, 4)}, none: {}},
};

test('a state is read as it was written', async () => {
	const path = join(directory(), 'state.safetensors');
	await saveState(path, saved);
	const {'layer/weight': weight} = saved.tensors;
	expect(await readState(path)).toEqual({...saved, tensors: {'layer/weight': weight}});
	expect(readCheckpoint(path).tensors.map(({name}) => name)).toEqual([
		'layer/weight/momentum',
		'layer/weight/variance',
	]);
});

test('another file is named', async () => {
	const path = join(directory(), 'other.safetensors');
	const wrong = expect.objectContaining({code: 'ERR_SOPHIA_FORMAT', message: expect.stringContaining(path)}) as Error;
	writeFileSync(path, safetensorsHeader([], {format: 'pt'}));
	await expect(readState(path)).rejects.toThrow(wrong);
	writeFileSync(path, safetensorsHeader([], {format: 'sophia-optimizer', state: '{'}));
	await expect(readState(path)).rejects.toThrow(wrong);
});

describe('a state', () => {
	const names = ['layer/weight', 'none'];
	const entries = ['momentum', 'variance'].map((slot) => ({name: 'layer/weight', slot, count: 2}));
	const check = (given: object) => checkSaved({...saved, ...given}, {name: 'adamw', names, entries});
	const weight = saved.tensors['layer/weight'];

	test('is found by names, whatever its order, and without a version too', () => {
		const {momentum, variance} = weight;
		const tensors = {none: {}, 'layer/weight': {variance, momentum}};
		const values = [momentum, variance];
		expect(check({tensors})).toEqual({counters: [3, 1, 1], values});
		expect(check({tensors, version: undefined}).values).toEqual(values);
		expect(check({tensors: {'layer/weight': weight}}).values).toEqual(values); // as a file has it
	});

	test.each([
		[{version: 3}, 'in [1, 2]'],
		[{version: 'x'}, 'saved.version'],
		[{optimizer: {name: 'lion'}}, 'the state of `adamw`, got that of `lion`'],
		[{tensors: {}}, '`saved.tensors.layer/weight` to be an object'],
		[{tensors: {...saved.tensors, other: {}}}, 'got one of `other`'],
		[{tensors: {'layer/weight': {...weight, hessian: weight.momentum}}}, '`layer/weight`, got `hessian`: another rule'],
		[{tensors: {none: {momentum: weight.momentum}, 'layer/weight': weight}}, 'another rule moved it'],
		[{tensors: {'layer/weight': {momentum: weight.momentum}}}, '`saved.tensors.layer/weight.variance` to be'],
		[
			{tensors: {'layer/weight': {...weight, variance: new Float32Array(3)}}},
			'`saved.tensors.layer/weight.variance` to be a Float32Array of 2 numbers, got 3',
		],
		[{steps: -1}, 'steps'],
	])('is refused: %j', (given, words) => {
		expect(() => check(given)).toThrow(
			expect.objectContaining({code: 'ERR_SOPHIA_INVALID_ARGUMENT', message: expect.stringContaining(words) as string}),
		);
	});
});

test('a file of version 1, which says none, is read', async () => {
	const path = join(directory(), 'first.safetensors');
	const {version, tensors, ...rest} = saved;
	expect(version).toBe(2);
	const {momentum} = tensors['layer/weight'];
	const header = safetensorsHeader([{name: 'a/momentum', shape: [2]}], {
		format: 'sophia-optimizer',
		state: JSON.stringify(rest),
	});
	writeFileSync(path, Buffer.concat([header, Buffer.from(momentum.buffer)]));
	expect(await readState(path)).toEqual({version: 1, ...rest, tensors: {a: {momentum}}});
});
