/** We ourselves, by the package's public API, in a process like everybody's. */
import {join} from 'node:path';
import {root} from '../root';
import {environment, type Rival} from './rival';

/** Never missing: where the addon is, all refuse or none. */
function rival(name: string, kinds: readonly string[]): Rival {
	return {
		name,
		kinds,
		launch(setting) {
			const isa = setting.isa === '' ? {} : {SOPHIA_ISA: setting.isa};
			const args = [join(root, 'dist', 'bench', 'ours', 'main.js')];
			return {command: process.execPath, args, environment: environment(setting, isa)};
		},
	};
}

/** Whatever the case says. */
export const ours = rival('ours', ['product', 'layer', 'optimizer', 'step', 'curvature']);

/** Steps in bf16, beside those in float32. */
export const oursHalf = rival('ours bf16', ['step']);
