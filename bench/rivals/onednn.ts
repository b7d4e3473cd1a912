/** oneDNN, Intel's library of the products that networks are made of: operands as they lie, and weights laid out once. */
import {compile} from '../compile';
import {environment, hugePages, type Rival} from './rival';

const recipe = {
	source: 'onednn.cpp',
	flags: ['-O2', '-fopenmp', '-ldnnl'],
	install: 'apt install libdnnl-dev',
};

function rival(name: string, args: readonly string[]): Rival {
	return {
		name,
		kinds: ['product'],
		async launch(setting, signal) {
			const command = await compile(recipe, signal);
			const most = setting.isa === 'avx2' ? {ONEDNN_MAX_CPU_ISA: 'AVX2', DNNL_MAX_CPU_ISA: 'AVX2'} : {};
			const variables = {...hugePages, ...most};
			return typeof command === 'string' ? {command, args, environment: environment(setting, variables)} : command;
		},
	};
}

/** As they lie, and packed. */
export const onednn: readonly Rival[] = [rival('oneDNN', []), rival('oneDNN packed', ['packed'])];
