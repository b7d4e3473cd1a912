/** The directory of a run: what its checkpoints are called, and who may write there. */
import {existsSync} from 'node:fs';
import {join} from 'node:path';
import {path} from './check';
import {checkSameModel, checkSameTokens} from './checkpoint';
import {argumentError, wrap} from './errors';
import {makeDirectory} from './files';
import type {RunPlan} from './run';

/** The newest checkpoint, from which a run goes on. */
export function lastCheckpoint(directory: string): string {
	return join(directory, 'last.safetensors');
}

/** The checkpoint with the lowest validation loss. */
export function bestCheckpoint(directory: string): string {
	return join(directory, 'best.safetensors');
}

/** What the run said after each step, a line a step. */
export function metricsFile(directory: string): string {
	return join(directory, 'metrics.jsonl');
}

type ClaimedRun = Pick<RunPlan, 'model' | 'data'>;

/**
Makes the directory of a new run, or holds the model against that of the run that is resumed. Empty is no directory.

@throws RangeError `ERR_SOPHIA_INVALID_ARGUMENT` when a run would be overwritten, or would go on with another
model or other tokens.
@throws SophiaError `ERR_SOPHIA_IO`, `ERR_SOPHIA_FORMAT`
*/
export function claimDirectory(directory: string, resume: boolean, {model, data}: ClaimedRun): void {
	if (resume) {
		const last = lastCheckpoint(path('directory', directory));
		checkSameModel(last, model);
		checkSameTokens(last, data.toJSON());
	} else if (directory !== '') {
		if (existsSync(lastCheckpoint(directory))) {
			throw argumentError('range', `Expected \`directory\` to have no run yet, \`${directory}\` has one: resume it`);
		}
		wrap(() => makeDirectory(directory));
	}
}
