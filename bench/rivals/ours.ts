/** We ourselves, by the package's public API, in a process like everybody's. */
import {join} from 'node:path';
import {root} from '../root';
import {environment, type Rival} from './rival';

/** Never missing: where the addon is, all refuse or none. */
export const ours: Rival = {
	name: 'ours',
	kinds: ['product', 'layer', 'optimizer', 'step', 'curvature'],
	launch(setting) {
		const isa = setting.isa === '' ? {} : {SOPHIA_ISA: setting.isa};
		const args = [join(root, 'dist', 'bench', 'ours', 'main.js')];
		return {command: process.execPath, args, environment: environment(setting, isa)};
	},
};
