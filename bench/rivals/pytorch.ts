/**
PyTorch: as it is installed; tuned, which nobody has by default; and tuned, with autocast to bf16. Tuned means that MKL
takes its kernels for Intel's processors, that malloc keeps the memory that it has, that tensors lie in huge pages, and
that AdamW is one fused loop.
*/
import {join} from 'node:path';
import {compile, preloadable} from '../compile';
import {lastLine} from '../plain';
import {execute, type ExecutionError, type Launch} from '../process';
import {root} from '../root';
import {environment, type Missing, type Rival, type Setting} from './rival';

const never = String(2 ** 32);
const preload = {source: 'pytorch.c', flags: ['-shared', '-fPIC', '-O1'], install: 'apt install gcc'};

/** Exits with 1 where there is none. */
const probe = 'import importlib.util, sys; sys.exit(importlib.util.find_spec("torch") is None)';
/** Seconds until it must have ended. */
const probeLimit = 30;

async function launch(variant: string, setting: Setting, signal?: AbortSignal): Promise<Launch | Missing> {
	const {python} = setting;
	const install = `pip install torch --index-url https://download.pytorch.org/whl/cpu, and --python or $PYTHON`;
	try {
		await execute({command: python, args: ['-c', probe], environment: environment(setting)}, signal, probeLimit);
	} catch (error) {
		const {stderr, message} = error as ExecutionError;
		return {missing: `no PyTorch in \`${python}\`: ${lastLine(stderr) || message}`, install};
	}
	const library = variant === 'stock' ? undefined : await compile(preload, signal);
	if (typeof library === 'object') {
		return library;
	}
	return {
		command: python,
		args: [join(root, 'bench', 'rivals', 'pytorch.py'), variant],
		environment: environment(setting, library === undefined ? {} : tuned(library)),
	};
}

function tuned(library: string): NodeJS.ProcessEnv {
	return {
		LD_PRELOAD: preloadable(library),
		MALLOC_MMAP_THRESHOLD_: never,
		MALLOC_TRIM_THRESHOLD_: never,
		THP_MEM_ALLOC_ENABLE: '1',
	};
}

function rival(name: string, variant: string, kinds: readonly string[]): Rival {
	return {name, kinds, launch: (setting, signal) => launch(variant, setting, signal)};
}

/** Stock, tuned and bf16. */
export const pytorch: readonly Rival[] = [
	rival('PyTorch', 'stock', ['step', 'optimizer', 'curvature']),
	rival('PyTorch tuned', 'tuned', ['step', 'optimizer', 'curvature']),
	rival('PyTorch fused', 'stock', ['optimizer']),
	rival('PyTorch bf16', 'bfloat16', ['step']),
];
