/** OpenBLAS, what Linux distributions multiply matrices with. */
import {compile} from '../compile';
import {environment, hugePages, type Rival} from './rival';

/** Where AVX2 is compared, its kernels of Haswell. */
export const openblas: Rival = {
	name: 'OpenBLAS',
	kinds: ['product'],
	async launch(setting, signal) {
		const recipe = {source: 'openblas.cpp', flags: ['-O2', '-lopenblas'], install: 'apt install libopenblas-dev'};
		const command = await compile(recipe, signal);
		const core = setting.isa === 'avx2' ? {OPENBLAS_CORETYPE: 'Haswell'} : {};
		const variables = {...hugePages, ...core};
		return typeof command === 'string' ? {command, args: [], environment: environment(setting, variables)} : command;
	},
};
