/** A checkpoint that the fake gives out: of a small model over bytes, after seven steps. */
import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {makeConfig, parameterCount} from '../../../lib/config';
import {SophiaG} from '../../../lib/optimizers/sophiag';
import {makeTraining} from '../../../lib/training';
import {state} from '../fake';

export const shape = makeConfig({layers: 1, heads: 1, width: 8, context: 16, vocabulary: 256});

/** @param data the directory of a dataset, for a run that can go on */
export function giveCheckpoint(data?: {train: string; validation: string}): void {
	const run = {
		optimizer: new SophiaG({rho: 0.2}),
		data: {vocabulary: 256, tokenizer: 'bytes', ...data},
		training: makeTraining({steps: 9}, shape.context),
	};
	state.checkpoint = {
		metadata: {
			format: 'sophia',
			config: JSON.stringify(shape),
			training: JSON.stringify(run),
			progress: '{"step": 7}',
			isa: 'avx2',
		},
		tensors: [{name: 'wte.weight', dtype: 'F32', shape: [parameterCount(shape)], position: 8}],
	};
}

/** Puts that checkpoint into a run's directory as the best; the fake reads nothing of the file. */
export function giveBestCheckpoint(directory: string): void {
	writeFileSync(join(directory, 'best.safetensors'), '');
	giveCheckpoint();
}
