import {chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import {Contender} from '../../bench/contender';
import {rivals} from '../../bench/rivals/index';
import {environment} from '../../bench/rivals/rival';

const setting = {threads: 2, isa: '', python: 'python3'};
const rivalOf = (name: string) => rivals.find((rival) => rival.name === name);

const before = {...process.env};
let cache = '';
beforeAll(() => (cache = mkdtempSync(join(tmpdir(), 'sophia bench-'))));
afterAll(() => rmSync(cache, {recursive: true}));
beforeEach(() => (process.env.XDG_CACHE_HOME = cache));
afterEach(() => (process.env = {...before}));

test('what halves a rival, or decides for it, is not handed on', () => {
	const traps = [
		'OPENBLAS_CORETYPE',
		'OPENBLAS_L2_SIZE',
		'OMP_PROC_BIND',
		'LD_PRELOAD',
		'SOPHIA_ISA',
		'SOPHIA_NUM_THREADS',
		'NODE_OPTIONS',
		'THP_MEM_ALLOC_ENABLE',
		'MALLOC_ARENA_MAX',
	];
	traps.forEach((name) => (process.env[name] = '1'));
	process.env.HOME = '/somewhere';
	process.env.SOPHIA_NATIVE = '/an/addon.node';
	const found = environment(setting, {SOPHIA_ISA: 'avx2'});
	expect(traps.filter((name) => name in found)).toEqual(['SOPHIA_ISA']);
	expect(found).toMatchObject({HOME: '/somewhere', OMP_NUM_THREADS: '2', SOPHIA_ISA: 'avx2'});
	expect(found).toMatchObject({SOPHIA_NATIVE: '/an/addon.node', PYTHONDONTWRITEBYTECODE: '1'});
});

test('AVX2 holds everybody: Haswell for OpenBLAS, and oneDNN is told', async () => {
	process.env.OPENBLAS_CORETYPE = 'Cooperlake';
	for (const [name, variable, value] of [
		['OpenBLAS', 'OPENBLAS_CORETYPE', 'Haswell'],
		['oneDNN', 'ONEDNN_MAX_CPU_ISA', 'AVX2'],
		['ours', 'SOPHIA_ISA', 'avx2'],
	] as const) {
		const held = await rivalOf(name)?.launch({...setting, isa: 'avx2'});
		const free = await rivalOf(name)?.launch(setting);
		if (held === undefined || free === undefined) throw new Error(`there is no ${name}`);
		if ('missing' in held || 'missing' in free) continue; // it is not installed here
		expect(held.environment[variable]).toBe(value);
		expect(free.environment[variable]).toBeUndefined();
	}
});

test('who multiplies in C++ may have huge pages, as we do', async () => {
	for (const name of ['oneDNN', 'oneDNN packed', 'OpenBLAS', 'peak', 'copy']) {
		const launch = await rivalOf(name)?.launch(setting);
		if (launch === undefined || 'missing' in launch) continue; // it is not installed here
		expect(launch.environment.GLIBC_TUNABLES).toBe('glibc.malloc.hugetlb=1');
	}
});

test('PyTorch tuned has huge pages too, and a library to preload whose path the loader does not cut', async () => {
	const python = join(cache, 'python'); // stands in for one that has it
	writeFileSync(python, '#!/bin/sh\n');
	chmodSync(python, 0o755);
	const launched = async (name: string) => {
		const launch = await rivalOf(name)?.launch({...setting, python});
		if (launch === undefined || 'missing' in launch) throw new Error('there is no C compiler');
		return launch.environment;
	};
	const copies = new Set<string>(); // which go with the process, and that of tests is another
	expect(await launched('PyTorch')).not.toHaveProperty('THP_MEM_ALLOC_ENABLE');
	for (const name of ['PyTorch tuned', 'PyTorch bf16']) {
		const found = await launched(name);
		expect(found.THP_MEM_ALLOC_ENABLE).toBe('1');
		expect(found.LD_PRELOAD).toMatch(/^[^\s:]+$/);
		expect(existsSync(found.LD_PRELOAD ?? '')).toBe(true);
		copies.add(dirname(found.LD_PRELOAD ?? ''));
	}
	copies.forEach((copy) => rmSync(copy, {recursive: true}));
});

test('names are one for each, and another rival is one more', () => {
	expect(new Set(rivals.map(({name}) => name)).size).toBe(rivals.length);
});

test('a Python without PyTorch, and no Python at all, is not installed, with how to install it', async () => {
	for (const python of ['/nowhere/python', 'false']) {
		const found = await rivalOf('PyTorch')?.launch({...setting, python});
		expect(found).toEqual({
			missing: expect.stringContaining(`no PyTorch in \`${python}\``),
			install: expect.stringContaining('pip install torch'),
		});
	}
});

test('the limits of the machine are measured: its peak, and loops over arrays', async () => {
	const launch = await rivalOf('peak')?.launch(setting);
	if (launch === undefined || 'missing' in launch) throw new Error('there is no C++ compiler');
	using contender = new Contender('peak', launch);
	expect(await contender.ask({ask: 'describe'}, 60)).toEqual({name: 'this machine'});
	expect(await contender.ask({ask: 'turn', seconds: 0.01}, 60)).toEqual({refused: 'nothing is prepared'});
	const peak = await contender.ask({ask: 'prepare', kind: 'peak', dtype: 'float32', threads: 1}, 60);
	const {seconds = 0, count = 0} = await contender.ask({ask: 'turn', seconds: 0.01}, 60);
	expect(seconds).toBeGreaterThanOrEqual(0.01);
	expect(((peak.operations ?? 0) * count) / seconds).toBeGreaterThan(1e8);
	for (const kind of ['copy', 'update', 'sophia-g', 'hessian', 'adamw', 'lion']) {
		expect(await contender.ask({ask: 'prepare', kind, elements: 1000, threads: 2}, 60)).toMatchObject({ready: true});
		expect((await contender.ask({ask: 'turn', seconds: 1e-4}, 60)).count).toBeGreaterThan(0);
	}
	expect(await contender.ask({ask: 'prepare', kind: 'nonsense', threads: 1}, 60)).toEqual({
		refused: 'it has no such loop',
	});
});
