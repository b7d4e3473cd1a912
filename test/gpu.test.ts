// bench/gpu.sh on machines that there are not: tools of its own, in a folder whose name has a space.
import {spawnSync} from 'node:child_process';
import {
	chmodSync,
	copyFileSync,
	mkdirSync,
	mkdtempSync,
	readFileSync,
	rmSync,
	symlinkSync,
	writeFileSync,
} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';

const real = ['bash', 'cat', 'dirname', 'env', 'mkdir', 'nproc', 'rm', 'sed', 'tee'];
const good = {
	node: '[ "$1" != bench/throughput.mjs ] || echo "| ours | 7 |"',
	npm: 'echo "npm $*"',
	cmake: 'echo "cmake $*"',
	nvcc: 'echo "Cuda compilation tools, release 13.0, V13.0.88"',
	git: 'echo abc1234',
	'nvidia-smi':
		'case "$*" in *compute_cap*) echo 9.0 ;; *query*) echo H100 ;; *) echo "| CUDA Version: 13.0 |" ;; esac',
};

let folder = '';
beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), 'a gpu '));
});
afterEach(() => rmSync(folder, {recursive: true}));

function script(path: string, text: string): void {
	writeFileSync(path, `#!/usr/bin/env bash\n${text}\n`);
	chmodSync(path, 0o755);
}

/** Runs it elsewhere, with these tools and these binaries built. */
function run(tools: Readonly<Record<string, string>>, built: Readonly<Record<string, string>> = {}) {
	for (const name of ['bin', 'bench', 'build/bench', 'build/tests']) mkdirSync(join(folder, name), {recursive: true});
	copyFileSync(join(__dirname, '..', 'bench', 'gpu.sh'), join(folder, 'bench', 'gpu.sh'));
	const where = spawnSync('bash', ['-c', `command -v ${real.join(' ')}`], {encoding: 'utf8'})
		.stdout.trim()
		.split('\n');
	where.forEach((path, i) => symlinkSync(path, join(folder, 'bin', real[i] ?? '')));
	for (const [name, text] of Object.entries(tools)) script(join(folder, 'bin', name), text);
	for (const [name, text] of Object.entries(built)) script(join(folder, 'build', name), text);
	const env = {PATH: join(folder, 'bin')};
	return spawnSync(join(folder, 'bin', 'bash'), [join(folder, 'bench', 'gpu.sh')], {env, cwd: '/', encoding: 'utf8'});
}
const without = (name: string) => Object.fromEntries(Object.entries(good).filter(([tool]) => tool !== name));

test.each([
	['node', without('node'), 'there is no node'],
	['a driver', without('nvidia-smi'), 'there is no NVIDIA driver here'],
	['a GPU', {...good, 'nvidia-smi': 'exit 9'}, 'there is no NVIDIA GPU here'],
	['a GPU that is new enough', {...good, 'nvidia-smi': 'echo 7.0'}, 'compute capability 7.0, but 7.5'],
	['a new nvcc', {...good, nvcc: 'echo "release 12.4, V12"'}, 'nvcc is of CUDA 12.4'],
	[
		'a new driver',
		{...good, 'nvidia-smi': good['nvidia-smi'].replace('13.0', '12.4')},
		'the NVIDIA driver supports CUDA 12.4, but nvcc is of CUDA 13.0',
	],
])('without %s it says so in one sentence, and does nothing', (_what, tools, words) => {
	const {status, stdout, stderr} = run(tools);
	expect(stderr.trim().split('\n')).toEqual([expect.stringContaining(words)]);
	expect({status, stdout}).toEqual({status: 2, stdout: ''});
});

test('a test that fails is reported, hides nothing behind it, and shows in the status', () => {
	const {status, stdout} = run(good, {
		'tests/silicon': 'echo "FAIL LayerNorm"; exit 1',
		'bench/kernels': 'echo "| GELU | $* |"',
	});
	expect(status).toBe(1);
	expect(stdout).toMatch(/tests on the GPU +FAILED/);
	expect(stdout).toMatch(/compute-sanitizer +left out +it is not installed/);
	expect(stdout).toMatch(/kernels +passed/);
	expect(stdout).toMatch(/training +passed/);
	const file = (name: string) => readFileSync(join(folder, 'build', 'gpu', name), 'utf8');
	expect(file('report.txt')).toBe(stdout);
	expect(file('readme.md')).toContain('On one H100, driver H100, CUDA 13.0, at commit abc1234.');
	expect(file('readme.md')).toContain('| GELU | 21 8 |\n\n| ours | 7 |');
});

test('where all passes the status is 0, and the tests run under every tool of compute-sanitizer', () => {
	const tools = {...good, 'compute-sanitizer': 'echo "under $2: ${*: -1}"'};
	const {status, stdout} = run(tools, {'tests/silicon': 'echo ok', 'bench/kernels': 'echo ok'});
	expect(status).toBe(0);
	for (const tool of ['memcheck', 'racecheck', 'initcheck'])
		expect(stdout).toContain(`under ${tool}: build/tests/silicon`);
});
