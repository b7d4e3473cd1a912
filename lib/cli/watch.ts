/** `sophia watch`: the page of runs while they go on, for browsers of this machine. */
import {statSync} from 'node:fs';
import {AbortError, SophiaError, wrap} from '../errors';
import {readFacts, type Facts} from '../report/facts';
import {History} from '../report/history';
import {Live} from '../report/live';
import {InterruptListener} from './interrupt';
import type {Output} from './progress';
import {maker, runNames} from './report';

/** Serves the page of directories until Ctrl-C. */
export async function watch(directories: readonly string[], output: Output = process.stdout): Promise<void> {
	for (const directory of directories) {
		if (!wrap(() => statSync(directory)).isDirectory()) {
			throw new SophiaError('ERR_SOPHIA_IO', `Expected \`${directory}\` to be the directory of a run`);
		}
	}
	using interrupt = new InterruptListener('closing the page');
	await using live = await serveRuns(directories);
	const {signal} = interrupt;
	if (!signal.aborted) {
		output.write(`${live.address}\n`);
		await new Promise((resolve) => signal.addEventListener('abort', resolve, {once: true}));
	}
	throw new AbortError(signal);
}

/**
Serves the page of directories that may be written to.

@param facts what is known of a directory @default what its checkpoints say
*/
export async function serveRuns(
	directories: readonly string[],
	facts: (directory: string) => Facts = readFacts,
): Promise<Live> {
	const names = runNames(directories);
	const runs = directories.map((directory, i) => ({name: names[i] ?? directory, history: new History(directory)}));
	return Live.start({maker: maker(), runs, facts});
}
