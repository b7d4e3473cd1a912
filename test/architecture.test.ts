// The rules of the house that a compiler does not check: who may include whom, and where things stand.
import {execFileSync} from 'node:child_process';
import {existsSync, readdirSync, readFileSync} from 'node:fs';
import {basename, dirname, join, normalize, relative} from 'node:path';

const root = join(__dirname, '..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const list = (folder: string, names: RegExp) =>
	(existsSync(join(root, folder)) ? readdirSync(join(root, folder), {recursive: true, encoding: 'utf8'}) : [])
		.filter((path) => names.test(path))
		.map((path) => `${folder}/${path}`)
		.sort();

const sources = list('native', /\.(h|cpp|cu)$/);
const includes = (path: string) =>
	[...read(path).matchAll(/^\s*#\s*include\s+["<](.+)[">]/gm)].map((match) => match[1] ?? '');
const folderOf = (path: string) => path.split('/')[1] ?? '';
/** The native folder that an include leads to, or undefined for a header from elsewhere. */
const target = (path: string, included: string) => {
	const file = relative(root, normalize(join(root, dirname(path), included)));
	return existsSync(join(root, file)) ? folderOf(file) : undefined;
};

const below: Readonly<Record<string, readonly string[]>> = {
	math: [],
	core: ['math'],
	cpu: ['math', 'core'],
	cuda: ['math', 'core'],
	linalg: ['math', 'core', 'cpu', 'cuda'],
	layers: ['math', 'core', 'cpu', 'cuda', 'linalg'],
	optimizers: ['math', 'core', 'cpu', 'cuda', 'linalg'],
	curvature: ['math', 'core', 'cpu', 'cuda', 'linalg'],
	model: ['math', 'core', 'cpu', 'cuda', 'linalg', 'layers', 'curvature'],
	device: ['math', 'core', 'cpu', 'cuda', 'linalg', 'layers', 'curvature', 'optimizers'],
	train: ['math', 'core', 'cpu', 'cuda', 'linalg', 'layers', 'curvature', 'model', 'optimizers', 'device'],
	addon: ['math', 'core', 'cpu', 'cuda', 'linalg', 'layers', 'curvature', 'model', 'optimizers', 'device', 'train'],
	include: [],
	capi: ['include', 'math', 'core', 'cpu', 'cuda', 'linalg', 'layers', 'curvature', 'model', 'optimizers', 'device'],
};
/** Folders whose headers hold mathematics for both backends; only their schedules see one. */
const portable = ['linalg', 'layers', 'optimizers', 'curvature', 'model'];

for (const folder of new Set(sources.map(folderOf))) {
	test(`native/${folder} includes only what lies below it`, () => {
		const wrong = sources
			.filter((path) => folderOf(path) === folder)
			.flatMap((path) => includes(path).map((included) => [path, target(path, included)] as const))
			.filter(([, to]) => to !== undefined && to !== folder && !below[folder]?.includes(to));
		expect(wrong).toEqual([]);
	});
}

test('a backend is seen by its schedules only', () => {
	const sees = (backend: string, suffix: string) =>
		sources.filter(
			(path) =>
				portable.includes(folderOf(path)) &&
				!path.endsWith(suffix) &&
				includes(path).some((included) => target(path, included) === backend),
		);
	expect({cpu: sees('cpu', '.cpu.cpp'), cuda: sees('cuda', '.cuda.cu')}).toEqual({cpu: [], cuda: []});
});

test('only addon/ sees Node-API, only cuda/ and kernels see the CUDA run time and its words', () => {
	const words = /^cuda(_runtime|_bf16|_fp16)?(_api)?\.h$/;
	const node = sources.filter((path) => includes(path).some((name) => /^(napi|node_api)/.test(name)));
	const runtime = sources.filter((path) => includes(path).some((name) => words.test(basename(name))));
	const kernels = sources.filter((path) => /\b(threadIdx|blockIdx|__shfl\w*|__syncthreads)\b|<<</.test(read(path)));
	expect(node.filter((path) => folderOf(path) !== 'addon')).toEqual([]);
	const elsewhere = (path: string) => folderOf(path) !== 'cuda' && !path.endsWith('.cu');
	expect([...runtime, ...kernels].filter(elsewhere)).toEqual([]);
});

test('only lib/binary.ts loads the addon', () => {
	const loads = /node-gyp-build|\.node['"`]|process\.dlopen/;
	expect(list('lib', /\.m?ts$/).filter((path) => loads.test(read(path)))).toEqual(['lib/binary.ts']);
});

// What of lib/ is no part of the public API and yet the benchmarks may see: how a command line is read and answered, and
// what pages are made of.
test('the benchmarks measure what users see: the public API', () => {
	const voice =
		/^#lib\/(cli\/(command|options|interrupt)|check|duration|environment|errors|files|report\/(assets|html|markup)|speeches|version)$/;
	const imports = list('bench', /\.ts$/).flatMap((path) =>
		[...read(path).matchAll(/^(?:import|export) [^;]*?from '([^']+)';$/gm)].map((match) => match[1] ?? ''),
	);
	const known = (from: string) => /^(node:|\.\.?\/|commander$|sophia-native$)/.test(from) && !from.includes('lib');
	expect(imports.filter((from) => !known(from) && !voice.test(from))).toEqual([]);
	expect(imports).toContain('sophia-native');
});

test('native/sources.txt lists exactly the sources there are', () => {
	const listed = read('native/sources.txt')
		.split('\n')
		.filter((line) => line && !line.startsWith('#'));
	const there = sources.filter((path) => !path.endsWith('.h')).map((path) => path.slice('native/'.length));
	expect([...listed].sort()).toEqual(there);
});

// A kernel's test on the emulator, test/native/cuda/layers/x.test.cpp, belongs to native/layers/x.cuda.cu, or to x.h
// where that is made of others' kernels; a .test.cu there holds kernels made for the test.
test('every test stands where its subject stands', () => {
	const subjects = (path: string) => {
		const subject = path.replace(/^test\//, '').replace(/\.test\.\w+$/, '');
		const kernel = subject.replace('native/cuda/', 'native/');
		return [
			`${kernel}.cuda.cu`,
			`${kernel}.h`,
			...['.h', '.cpp', '.cpu.cpp', '.cu', '.ts'].map((suffix) => subject + suffix),
			...(path.startsWith('test/bench/') ? [subject] : []), // a folder of plug-ins
		];
	};
	const typescript = ['lib', 'bench'].flatMap((folder) => list(`test/${folder}`, /\.test\.ts$/));
	const tests = [...list('test/native', /\.test\.cpp$/), ...typescript].filter(
		(path) => !path.startsWith('test/lib/integration/'),
	);
	expect(tests.filter((path) => !subjects(path).some((subject) => existsSync(join(root, subject))))).toEqual([]);
});

test('every layer, optimizer, schedule and kernel has its test, and so has every file of lib/ and bench/', () => {
	const schedules = sources.filter((path) => /\/(layers|linalg|optimizers|curvature)\/[^/]*\.cpu\.cpp$/.test(path));
	const kernels = sources.filter((path) => path.endsWith('.cuda.cu'));
	const optimizers = sources.filter((path) => folderOf(path) === 'optimizers' && /\bkName = /.test(read(path)));
	const composed = sources.filter(
		(path) => /^native\/layers\/.*\.h$/.test(path) && includes(path).includes('../linalg/matmul.h'),
	);
	const wanted = [
		...[...schedules, ...optimizers, ...composed].map(
			(path) => `test/${path.replace(/(\.cpu\.cpp|\.h)$/, '.test.cpp')}`,
		),
		...composed.map((path) => `test/${path.replace('native/', 'native/cuda/').replace('.h', '.test.cpp')}`),
		...kernels.map((path) => `test/${path.replace('native/', 'native/cuda/').replace('.cuda.cu', '.test.cpp')}`),
		...list('lib', /\.ts$/).map((path) => `test/${path.replace(/\.ts$/, '.test.ts')}`),
		...list('bench', /\.ts$/).map(
			(path) => `test/${path.replace(/(?<=^bench\/(?!study\/)\w+)\/.*|\.ts$/, '')}.test.ts`,
		),
	];
	expect(wanted.filter((path) => !existsSync(join(root, path)))).toEqual([]);
});

test('no file is longer than 300 lines', () => {
	const long = [...sources, ...list('lib', /\.(m?ts|js|css)$/), ...list('bench', /\.(ts|js|css|cpp|h|py)$/)].filter(
		(path) => read(path).split('\n').length > 301,
	);
	expect(long).toEqual([]);
});

describe('an isolated instruction set shows its entry and nothing else', () => {
	const folder = join('build', 'cmake', 'isolated');
	const sets = list(folder, /\.o$/).filter((path) => !path.endsWith('float64.o'));
	test('and the build made one', () => expect(sets.length).toBeGreaterThan(0));
	if (sets.length > 0)
		test.each(sets)('%s', (path) => {
			const symbols = execFileSync('nm', ['--defined-only', '--extern-only', '--portability', join(root, path)]);
			const names = symbols
				.toString()
				.trim()
				.split('\n')
				.map((line) => line.split(' ').slice(0, 2).join(' '))
				.sort();
			const set = basename(path, '.o');
			expect(names).toEqual([`sophia_make_device_${set} T`, `sophia_make_run_${set} T`]);
		});
});
