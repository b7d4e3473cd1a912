// Whole trials of ourselves, as small as they get: what they print is nobody's result.
import {existsSync, readFileSync, readdirSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {main} from '../../bench/cli';
import {Race} from '../../bench/race';
import {Report} from '../../bench/report';
import {Trial} from '../../bench/trial';
import {judge, summarize, type Product} from '../../bench/trials/judging';
import {leanest} from '../../bench/trials/memory';
import {orthogonalOperations} from '../../bench/trials/orthogonal';
import {captureOutput, MemoryOutput} from '../lib/output';
import {temporaryDirectory} from '../lib/temporary';

const directory = temporaryDirectory();
const written = captureOutput();

const folders = () => readdirSync(tmpdir()).filter((name) => name.startsWith('sophia-bench-'));

/** Runs a trial of two rounds; the objects that it wrote. */
async function run(...args: readonly string[]): Promise<readonly Readonly<Record<string, unknown>>[]> {
	const output = join(directory(), 'results.jsonl');
	const before = folders();
	const code = await main([...args, '--rounds', '2', '--rivals', 'none', '--output', output]);
	expect([code, written.stderr]).toEqual([0, '']);
	expect(folders()).toEqual(before);
	expect(existsSync(output)).toBe(true);
	return readFileSync(output, 'utf8')
		.trim()
		.split('\n')
		.map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>);
}

const goalsOf = (lines: readonly Readonly<Record<string, unknown>>[]) =>
	lines.filter(({sort}) => sort === 'goal').map(({what, reached}) => [what, typeof reached]);

test('kernels', async () => {
	const lines = await run(
		'kernels',
		'--threads',
		'1',
		'--rows',
		'8',
		'--weights',
		'16x24',
		'--seconds',
		'0.001',
		'--parts',
		'products',
	);
	expect(written.stdout).toMatch(
		/\n\nproduct, GFLOP\/s +ours +peak +of the best rival +of the peak\n8 16x24 y, 1 thread(?: ~)? +\d+\.\d/,
	);
	expect(written.stdout.split('\n').filter((line) => line.startsWith('8 16x24'))).toHaveLength(3);
	expect(written.stdout).toMatch(
		/1: every product against the best rival, 1 thread, at least 0\.95: not measured; beside nobody; 0 of 3 products measured; /,
	);
	expect(written.stdout).toMatch(/; times of ours contain the call from JavaScript, up to \d+\.\d µs\n/);
	expect(goalsOf(lines)).toContainEqual(['1: geometric mean of products against the peak, 1 thread', 'boolean']);
});

test('kernels: a layer', async () => {
	await run('kernels', '--threads', '1', '--seconds', '0.001', '--only', 'residual forward');
	expect(written.stdout).toMatch(/\nresidual 4096×768, forward +\d+\.\d{3} +\d+ {2}GB\/s +\d+\.\d\d \(/);
});

test('optimizers', async () => {
	const args = ['--threads', '1', '--scale', '0.0001', '--seconds', '0.001'];
	const lines = await run('optimizers', '--parts', 'passes', ...args);
	expect(written.stdout).toMatch(/\n\nstep, ms +ours +plain loop +copy +update/);
	expect(written.stdout).toMatch(/\nSophia-G, 0\.0 million ( +\d+\.\d{3}){4}( +-){3} /);
	expect(written.stdout).toMatch(/\nLion, /);
	expect(written.stdout).toMatch(/\nthe call alone, 0\.0 million +0\.\d{3} /);
	expect(goalsOf(lines)).toContainEqual([expect.stringMatching(/^4: Sophia-G, .* time in plain loops$/), 'boolean']);
	expect(written.stdout).toMatch(/\nMARS, 0\.0 million +\d+\.\d{3} +- +\d+\.\d{3} +\d+\.\d{3} /);
	expect(goalsOf(lines)).toContainEqual([expect.stringMatching(/^4: Adam-mini, .* against a copy$/), 'boolean']);
});

test('optimizers: the iteration of Muon against a product', async () => {
	const args = ['--threads', '1', '--seconds', '0.001', '--only', '768×768'];
	const lines = await run('optimizers', '--parts', 'newton-schulz', ...args);
	expect(written.stdout).toMatch(/\nNewton-Schulz 768×768( +\d+\.\d+){3} +\d\.\d\d \(/);
	expect(goalsOf(lines)).toEqual([['Newton-Schulz 768×768, a step of Muon, against a product', 'boolean']]);
});

test('the operations of an iteration are those of its products, whichever way the matrix lies', () => {
	expect(orthogonalOperations(2, 3)).toBe(5 * (2 * 2 * 2 * 3 + 2 * 2 * 2 * 2 + 2 * 2 * 2 * 3));
	expect(orthogonalOperations(3, 2)).toBe(orthogonalOperations(2, 3));
});

test('step: rows, with what cannot be measured said so', async () => {
	const args = ['--threads', '1', '--seconds', '0.001', '--only', '4×128, B12'];
	const lines = await run('step', '--parts', 'rows,curvature', '--dtype', 'float32', ...args);
	expect(written.stdout).toMatch(/\n4×128, B12 T64, float32(?: ~)? +\d+ +- +- +- +- /);
	expect(written.stdout).toMatch(/\n {2}Hessian product, in gradients +\d\.\d\d \(/);
	expect(goalsOf(lines)).toContainEqual(['2: step against tuned PyTorch, 4×128, B12 T64, float32', 'undefined']);
	expect(goalsOf(lines)).toContainEqual([
		'8: memory of a product, in arenas of a gradient, product, 4×128, B12 T64',
		'boolean',
	]);
});

/** What is told of products of which these have a time, in seconds; the best of them is half as fast as we are. */
function toldOf(races: readonly (readonly string[])[], wanted: number): string {
	const output = new MemoryOutput();
	using trial = new Trial('test', {}, new Report(undefined, output));
	const of = {kind: 'product'};
	const found = races.map((names, i) => {
		const times = [...names, 'peak'].map((name) => [name, {seconds: [2], facts: {operations: 1}}] as const);
		const ours = ['ours', {seconds: [1], facts: {overhead: 2e-6}}] as const;
		const row: Product = {name: `row ${i}`, of, caseOf: () => of, operations: 1, terms: 1, threads: 1};
		return judge(row, new Race(row.name, of, [ours, ...times]));
	});
	summarize(trial, {threads: '1 thread', wanted, found});
	trial.end();
	return output.text;
}

test('products: who raced and how many were measured is said, and every one means every one', () => {
	const call = 'times of ours contain the call from JavaScript, up to 2.0 µs';
	const all = toldOf([['oneDNN'], ['OpenBLAS', 'oneDNN packed']], 2);
	expect(all).toMatch(
		'1: every product against the best rival, 1 thread, at least 0.95: 2.000, reached, with 110.5 % to spare; ' +
			'least at row 0: oneDNN; 2 of 2 reach it; ' +
			`beside oneDNN, OpenBLAS, oneDNN packed; 2 of 2 products measured; ${call}\n`,
	);
	const some = toldOf([['oneDNN'], ['oneDNN packed']], 3);
	expect(some).toMatch('1: the products that were measured against the best rival, 1 thread, at least 0.95: 2.000');
	expect(some).toMatch('; 1 of 3 products measured; ');
	expect(some).toMatch(/peak, 1 thread, at least 0\.9: 2\.000, .*; 2 of 3 products measured\n/);
	const none = toldOf([['oneDNN packed']], 1);
	expect(none).toMatch(/every product against the best rival, 1 thread, at least 0\.95: not measured; beside/);
	expect(none).toMatch(/geometric mean against the best rival, 1 thread, at least 0\.95: not measured; beside/);
});

test('memory is compared with whoever takes least', () => {
	const of = (name: string, beyond: number) => ({name, beyond, beyondIdle: beyond - 1});
	expect(leanest([of('gone', NaN), of('tuned', 5), of('stock', 3)]).name).toBe('stock');
	expect(leanest([of('gone', NaN)])).toEqual({name: 'nobody', beyond: NaN, beyondIdle: NaN});
});
