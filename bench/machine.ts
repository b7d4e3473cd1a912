/** What the results were measured on, and with which versions. */
import {execFileSync} from 'node:child_process';
import {availableParallelism, cpus} from 'node:os';
import {cpu} from 'sophia-native';
import {version} from '#lib/version';
import {root} from './root';

/** The head of every file of results. */
export function machine() {
	return {
		date: new Date().toISOString(),
		processor: cpus()[0]?.model ?? 'unknown',
		processors: availableParallelism(),
		instructionSets: cpu().isas,
		node: process.versions.node,
		version,
		...commit(),
	};
}

/** The same in a line. */
export function headline({
	processor,
	processors,
	instructionSets,
	node,
	version: ours,
}: ReturnType<typeof machine>): string {
	const set = instructionSets[0] ?? '';
	return `${processor}, ${processors} processors, ${set}; sophia-native ${ours}, Node ${node}\n`;
}

/** Of a clone. */
function commit(): {readonly commit?: string} {
	try {
		const git = (...args: string[]) =>
			execFileSync('git', ['-C', root, ...args], {encoding: 'utf8', stdio: 'pipe'}).trim();
		return git('rev-parse', '--show-toplevel') === root ? {commit: git('describe', '--always', '--dirty')} : {};
	} catch {
		return {};
	}
}
