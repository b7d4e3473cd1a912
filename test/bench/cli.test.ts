import {spawn} from 'node:child_process';
import {join} from 'node:path';
import {main} from '../../bench/cli';
import {captureOutput} from '../lib/output';

const output = captureOutput();

test.each([
	[['kernel'], 'Unknown command `kernel`, did you mean `kernels`?'],
	[['kernels', '--row', '1'], 'Unknown option `--row`, did you mean `--rows`?'],
	[['kernels', '--rows', '0'], 'Expected `--rows` to be a positive whole number, got `0`'],
	[['kernels', '--weights', '768'], 'Expected `--weights` to be sizes like `768x2304`, got `768`'],
	[['kernels', '--products', 'z'], 'Unknown value `z` of `--products`, did you mean `y`?'],
	[['kernels', '--isa', 'avx3'], 'Unknown value `avx3` of `--isa`, did you mean `avx2`?'],
	[['kernels', '--rivals', 'blis'], /^Unknown rival `blis`, expected some of oneDNN, /],
	[['kernels', '--only', 'nothing'], 'Expected `--only` to have words of a row: there is none with them'],
	[['scaling', '--models', '2x64,8x32'], 'Expected `--models` of different sizes, got `8x32` beside its like'],
	[['scaling', '--extrapolate', 'big'], /^Expected `--extrapolate` to be layers and a width in sixteens, /],
	[['tune', 'sophia-g', '--grid', 'every=0,5'], /^Expected whole numbers from 1 on for `every` in `--grid`, /],
	[['optimizers', '--scale', '2'], 'Expected `--scale` to be at most 1, got `2`'],
	[['step', '--parts', 'rows,cycels'], 'Unknown value `cycels` of `--parts`, did you mean `cycles`?'],
	[['step', '--rounds', 'many'], 'Expected `--rounds` to be a number, got `many`'],
	[['step', '--rounds', '0'], 'Expected `--rounds` to be a positive whole number, got `0`'],
	[['step', '--limit', '-1'], 'Expected `--limit` to be above 0, got `-1`'],
	[['step', '--limit', '1e9'], 'Expected `--limit` to be at most 86400, got `1000000000`'],
	[['step', '--seconds', '120'], 'Expected `--seconds` to be below `--limit`, 120, got `120`'],
	[['step', '--threads', '5000'], 'Expected `--threads` to be at most 4096, got `5000`'],
	[
		['kernels', '--isa', 'avx2', '--dtype', 'bfloat16'],
		'Expected `--dtype float32` with `--isa avx2`: AVX2 has no multiplication of bfloat16',
	],
	[['step', 'now'], 'Unexpected argument `now`; see `sophia-bench step --help`'],
])('%j is misuse: one line, exit 2', async (argv, message) => {
	expect(await main(argv)).toBe(2);
	const said = output.stderr.replace(/^sophia-bench: |\n$/g, '');
	expect(said).toEqual(typeof message === 'string' ? message : expect.stringMatching(message));
	expect(output.stdout).toBe('');
});

test('a file of results that cannot be written is a failure, before anything is measured', async () => {
	expect(await main(['kernels', '--output', '/nowhere/results.jsonl'])).toBe(1);
	expect(output.stderr).toMatch(/^sophia-bench: ENOENT: .* \(ERR_SOPHIA_IO\)\n$/);
});

test('help names the trials', async () => {
	expect(await main(['--help'])).toBe(0);
	for (const name of ['kernels', 'optimizers', 'step']) {
		expect(output.stdout).toMatch(new RegExp(`\\n {2}${name} `));
	}
});

test('Ctrl-C ends the contenders, and prints what there is', async () => {
	const command = join(__dirname, '../../dist/bench/cli.js');
	const args = [
		'kernels',
		'--threads',
		'1',
		'--rows',
		'8',
		'--weights',
		'8x8',
		'--rounds',
		'100000',
		'--rivals',
		'none',
	];
	const child = spawn(process.execPath, [command, ...args], {stdio: ['ignore', 'pipe', 'pipe']});
	let said = '';
	child.stderr.on('data', (text: Buffer) => (said += text.toString()));
	child.stdout.on('data', (text: Buffer) => {
		said += text.toString();
		if (!child.killed && said.includes('GFLOP/s')) child.kill('SIGINT');
	});
	const code = await new Promise((resolve) => child.on('close', resolve)); // once nobody has its pipes any more
	expect(code).toBe(130);
	expect(said).toMatch('sophia-bench: ending the contenders; once more to exit at once\n');
	expect(said).toMatch(/^sophia-bench: Interrupted by SIGINT$/m);
});
