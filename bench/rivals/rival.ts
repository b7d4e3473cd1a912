/** What a rival is: a plug-in that knows how to start a contender, or what is missing and how to install it. */
import type {Launch} from '../process';

/** What all contenders are told. */
export interface Setting {
	/** The most threads that any case has. */
	readonly threads: number;
	/** `avx2` holds everybody to AVX2; empty leaves the choice to each. */
	readonly isa: string;
	/** The Python that has PyTorch. */
	readonly python: string;
}

/** What has to be there first. */
export interface Missing {
	readonly missing: string;
	/** How to come by it. */
	readonly install: string;
}

/** One of those that are measured. */
export interface Rival {
	/** How it is called in tables and in `--rivals`. */
	readonly name: string;
	/** The kinds of work that it has. */
	readonly kinds: readonly string[];
	/** How it is started here. It may compile something first, which the signal ends. */
	readonly launch: (setting: Setting, signal?: AbortSignal) => Promise<Launch | Missing> | Launch | Missing;
}

/** What in an environment makes contenders slower than they are, or decides for them. */
const traps = new RegExp(
	'^(OPENBLAS|GOTO|OMP_|GOMP_|KMP_|MKL_|BLIS_|DNNL_|ONEDNN_|ATEN_|TORCH_|PYTORCH_|THP_|MALLOC_|GLIBC_TUNABLES$|' +
		'LD_PRELOAD$|NODE_OPTIONS$|SOPHIA_(?!NATIVE$))',
);

/** Lets malloc wish for huge pages, as we do: what C++ libraries hold for themselves then lies in them. */
export const hugePages = {GLIBC_TUNABLES: 'glibc.malloc.hugetlb=1'};

/** The environment of a contender: this one's without traps, and the threads. */
export function environment(setting: Setting, more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
	const kept = Object.entries(process.env).filter(([name]) => !traps.test(name));
	const threads = String(setting.threads);
	return {
		...Object.fromEntries(kept),
		OMP_NUM_THREADS: threads,
		OPENBLAS_NUM_THREADS: threads,
		MKL_NUM_THREADS: threads,
		PYTHONDONTWRITEBYTECODE: '1',
		...more,
	};
}
