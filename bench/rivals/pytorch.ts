/**
PyTorch: as it is installed; tuned, which nobody has by default; and tuned, with autocast to bf16. Tuned means that MKL
takes its kernels for Intel's processors, that malloc keeps the memory that it has, and that AdamW is one fused loop.
*/
import {execFile} from 'node:child_process';
import {join} from 'node:path';
import {promisify} from 'node:util';
import {compile} from '../compile';
import {root} from '../root';
import type {Launch} from '../contender';
import {environment, type Missing, type Rival, type Setting} from './rival';

const run = promisify(execFile);
const never = String(2 ** 32);
const preload = {source: 'pytorch.c', flags: ['-shared', '-fPIC', '-O1'], install: 'apt install gcc'};

async function launch(variant: string, setting: Setting): Promise<Launch | Missing> {
	const {python} = setting;
	const install = `pip install torch --index-url https://download.pytorch.org/whl/cpu, and --python or $PYTHON`;
	try {
		await run(python, ['-c', 'import importlib.util, sys; sys.exit(importlib.util.find_spec("torch") is None)']);
	} catch (error) {
		const {stderr, message} = error as Error & {readonly stderr?: string};
		const words = (stderr ?? '').trim().split('\n').at(-1);
		return {missing: `no PyTorch in \`${python}\`: ${words === '' ? message : words}`, install};
	}
	const library = variant === 'stock' ? undefined : await compile(preload);
	if (typeof library === 'object') {
		return library;
	}
	const tuned = {LD_PRELOAD: library, MALLOC_MMAP_THRESHOLD_: never, MALLOC_TRIM_THRESHOLD_: never};
	return {
		command: python,
		args: [join(root, 'bench', 'rivals', 'pytorch.py'), variant],
		environment: environment(setting, library === undefined ? {} : tuned),
	};
}

function rival(name: string, variant: string, kinds: readonly string[]): Rival {
	return {name, kinds, launch: (setting) => launch(variant, setting)};
}

/** Stock, tuned and bf16. */
export const pytorch: readonly Rival[] = [
	rival('PyTorch', 'stock', ['step', 'optimizer', 'curvature']),
	rival('PyTorch tuned', 'tuned', ['step', 'optimizer', 'curvature']),
	rival('PyTorch fused', 'stock', ['optimizer']),
	rival('PyTorch bf16', 'bfloat16', ['step']),
];
