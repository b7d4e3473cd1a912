/** A contender in TensorFlow.js: Adam over tensors of given sizes. Started with its modules' paths and a backend. */
import {Refusal, repeat, serve, type Case, type Work} from '../protocol';

/** What is used of it. */
interface Library {
	readonly version_core: string;
	setBackend(name: string): Promise<boolean>;
	enableProdMode(): void;
	ones(shape: readonly number[]): Numbers;
	variable(initial: Numbers): Variable;
	dispose(tensors: readonly Numbers[]): void;
	readonly train: {adam(rate: number): Optimizer};
}

interface Numbers {
	dataSync(): Float32Array;
}

interface Variable extends Numbers {
	readonly name: string;
}

interface Optimizer {
	applyGradients(gradients: Readonly<Record<string, Numbers>>): void;
	dispose(): void;
}

function adam(tf: Library, of: Case): Work {
	if (of.optimizer !== 'adamw') {
		throw new Refusal('it has Adam only');
	}
	const sizes = String(of.sizes).split(' ').map(Number);
	const variables = sizes.map((size) => tf.variable(tf.ones([size])));
	const gradients = Object.fromEntries(variables.map(({name}, i) => [name, tf.ones([sizes[i] ?? 0])]));
	const optimizer = tf.train.adam(1e-4);
	const run = () => {
		optimizer.applyGradients(gradients);
		variables.at(-1)?.dataSync(); // what is computed later is computed now; the last is small
	};
	run();
	return {
		turn: (seconds) => repeat(run, seconds),
		dispose() {
			optimizer.dispose();
			tf.dispose([...variables, ...Object.values(gradients)]);
		},
	};
}

async function main(): Promise<void> {
	const [core = '', module = '', backend = ''] = process.argv.slice(2);
	const tf = (await import(core)) as Library;
	await import(module);
	tf.enableProdMode();
	if (!(await tf.setBackend(backend))) {
		throw new Error(`there is no backend ${backend}`);
	}
	await serve(`TensorFlow.js ${tf.version_core} ${backend}`, (of) => {
		if (of.kind !== 'optimizer') {
			throw new Refusal(`it has no ${of.kind}`);
		}
		return adam(tf, of);
	});
}

void main();
