/** The limits of this machine, and the plain C loops. */
import {compile} from '../compile';
import {environment, type Rival} from './rival';

/** Measured beside every row. */
export const ceilings: Rival = {
	name: 'ceilings',
	kinds: ['peak', 'copy', 'update', 'sophia-g', 'hessian', 'adamw', 'lion'],
	async launch(setting) {
		const instructions = setting.isa === 'avx2' ? ['-mavx2', '-mfma'] : ['-march=native'];
		const flags = ['-O3', ...instructions, '-fopenmp'];
		const command = await compile({source: 'ceilings.cpp', flags, install: 'apt install g++'});
		return typeof command === 'string' ? {command, args: [], environment: environment(setting)} : command;
	},
};
