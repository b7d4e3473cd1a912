/** Which file or directory a command line means. */
import {existsSync, statSync} from 'node:fs';
import {join} from 'node:path';
import {bestCheckpoint, lastCheckpoint} from '../directory';
import {configFile} from '../pretrained/directory';
import {UsageError} from './options';

/**
The checkpoint: a file, or the best, else the last, of a run's directory.

@throws UsageError for a directory of transformers
*/
export function checkpointFile(path: string): string {
	if (isPretrained(path)) {
		throw new UsageError(`Expected a checkpoint, got a directory of transformers: \`sophia import ${path}\` makes one`);
	}
	return found(path) ?? lastCheckpoint(path);
}

/** The weights to begin with: those of a directory of transformers, or of a checkpoint. */
export function weightsOf(path: string): string {
	return isPretrained(path) ? path : checkpointFile(path);
}

const isPretrained = (path: string) => found(path) === undefined && existsSync(join(path, configFile));

function found(path: string): string | undefined {
	if (!existsSync(path) || !statSync(path).isDirectory()) {
		return path;
	}
	return [bestCheckpoint(path), lastCheckpoint(path)].find(existsSync);
}
