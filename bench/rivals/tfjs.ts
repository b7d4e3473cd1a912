/** TensorFlow.js, what Node's users have today: natively, in WebAssembly, or in plain JavaScript, whichever is there. */
import {createRequire} from 'node:module';
import {join} from 'node:path';
import {root} from '../root';
import {environment, type Rival} from './rival';

/** Where users of the command may have it: in the project that they stand in, or beside this package. */
const places = () =>
	[join(process.cwd(), 'package.json'), join(root, 'package.json')].map((path) => createRequire(path));

function find(name: string): string | undefined {
	for (const {resolve} of places()) {
		try {
			return resolve(name);
		} catch {
			// not here
		}
	}
	return undefined;
}

function rival(name: string, backend: string, module: string): Rival {
	return {
		name,
		kinds: ['optimizer'],
		launch(setting) {
			const [core, found] = ['@tensorflow/tfjs-core', module].map(find);
			if (core === undefined || found === undefined) {
				return {missing: `no ${module}`, install: `npm install @tensorflow/tfjs-core ${module}`};
			}
			const args = [join(root, 'dist', 'bench', 'theirs', 'tfjs.js'), core, found, backend];
			return {command: process.execPath, args, environment: environment(setting)};
		},
	};
}

/** By what computes. */
export const tfjs: readonly Rival[] = [
	rival('tfjs', 'cpu', '@tensorflow/tfjs-backend-cpu'),
	rival('tfjs wasm', 'wasm', '@tensorflow/tfjs-backend-wasm'),
	rival('tfjs node', 'tensorflow', '@tensorflow/tfjs-node'),
];
