/** Which checkpoint a command line means: a file, or the best, else the last, of a run's directory. */
import {existsSync, statSync} from 'node:fs';
import {bestCheckpoint, lastCheckpoint} from '../directory';

export function checkpointFile(path: string): string {
	if (!existsSync(path) || !statSync(path).isDirectory()) {
		return path;
	}
	return [bestCheckpoint(path), lastCheckpoint(path)].find(existsSync) ?? lastCheckpoint(path);
}
