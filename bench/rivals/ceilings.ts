/** The limits of this machine, and the plain C loops. */
import {compile} from '../compile';
import {environment, hugePages, type Rival} from './rival';

function rival(name: string, kinds: readonly string[]): Rival {
	return {
		name,
		kinds,
		async launch(setting, signal) {
			const instructions = setting.isa === 'avx2' ? ['-mavx2', '-mfma'] : ['-march=native'];
			const flags = ['-O3', '-ffp-contract=fast', ...instructions, '-fopenmp'];
			const command = await compile({source: 'ceilings.cpp', flags, install: 'apt install g++'}, signal);
			return typeof command === 'string' ? {command, args: [], environment: environment(setting, hugePages)} : command;
		},
	};
}

/** Measured beside every row: what no program exceeds, and what a plain loop reaches. */
export const ceilings: readonly Rival[] = [
	rival('peak', ['peak']),
	rival('plain loop', ['optimizer']),
	rival('copy', ['copy']),
	rival('update', ['update']),
];
