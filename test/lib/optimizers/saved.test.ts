import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {readCheckpoint} from '../../../lib/checkpoint';
import {readState, saveState} from '../../../lib/optimizers/saved';
import {safetensorsHeader} from '../../../lib/safetensors';
import {temporaryDirectory} from '../temporary';

const directory = temporaryDirectory();
const saved = {
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
