// Whole commands, as small as they get.
import {spawn} from 'node:child_process';
import {readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {main} from '../../bench/cli';
import {captureOutput} from '../lib/output';
import {temporaryDirectory} from '../lib/temporary';

const directory = temporaryDirectory();
const written = captureOutput();

describe('quadratics', () => {
	const kept = () => ['--directory', join(directory(), 'study')];

	test('a table for each problem, and a line of JSON for each cell', async () => {
		const output = join(directory(), 'results.jsonl');
		const cells = ['--problems', 'rotated,separable', '--methods', 'lion,sophia', '--conditions', '1000,10'];
		const code = await main(['quadratics', ...cells, '--size', '8', '--limit', '400', '--output', output, ...kept()]);
		expect([code, written.stderr]).toEqual([0, '']);
		expect(written.stdout).toMatch(
			/\n\nseparable: steps to 0\.0001 of the first loss, at the best learning rate\n +κ 10 +κ 1000 +steps grow +the rate falls\nSophia, told the diagonal +\d+ 2\^-\d+ +\d+ 2\^-\d+ +× \d.* +× \d.*\nLion /,
		);
		expect(written.stdout).toMatch(/\nLion +> 400 2\^-\d+ +> 400 2\^-\d+ +- +-\n/);
		expect(readFileSync(join(directory(), 'study/quadratics.html'), 'utf8')).toContain(
			'separable: steps by condition number',
		);
		const [head, ...lines] = readFileSync(output, 'utf8')
			.trim()
			.split('\n')
			.map((line) => JSON.parse(line) as Record<string, unknown>);
		expect(head).toMatchObject({sort: 'quadratics', conditions: [10, 1000], methods: {lion: {weightDecay: 0}}});
		expect(lines.map(({problem, method, condition}) => [problem, method, condition])).toEqual(
			['separable', 'rotated'].flatMap((problem) =>
				['sophia', 'lion'].flatMap((method) => [10, 1000].map((condition) => [problem, method, condition])),
			),
		);
	});

	test.each([
		[['--problems', 'seperable'], 'Unknown value `seperable` of `--problems`, did you mean `separable`?'],
		[['--methods', 'adam'], 'Unknown value `adam` of `--methods`, did you mean `adamw`?'],
		[['--conditions', '10,0.5'], 'Expected `--conditions` to be a positive whole number, got `0.5`'],
		[['--size', '1'], 'Expected `--size` to be at least 2, got `1`'],
		[['--size', '2000'], 'Expected `--size` to be at most 1024, got `2000`'],
		[['--tolerance', '1'], 'Expected `--tolerance` to be below 1, got `1`'],
		[['--seed', '0.5'], 'Expected `--seed` to be a whole number, got `0.5`'],
	])('%j is misuse', async (argv, message) => {
		expect(await main(['quadratics', ...argv])).toBe(2);
		expect(written.stderr).toBe(`sophia-bench: ${message}\n`);
		expect(written.stdout).toBe('');
	});

	test('a directory that is a file is a failure, before anything is searched', async () => {
		const path = join(directory(), 'file');
		writeFileSync(path, '');
		expect(await main(['quadratics', '--directory', path])).toBe(1);
		expect(written.stderr).toMatch(/^sophia-bench: EEXIST: .* \(ERR_SOPHIA_IO\)\n$/);
		expect(written.stdout).toBe('');
	});

	test('Ctrl-C prints what there is', async () => {
		const command = join(__dirname, '../../dist/bench/cli.js');
		const endless = ['--conditions', '10,1000000', '--methods', 'lion', '--tolerance', '1e-12', '--limit', '1000000'];
		const child = spawn(process.execPath, [command, 'quadratics', ...endless, ...kept()], {
			stdio: ['ignore', 'pipe', 'pipe'],
		});
		let said = '';
		child.stderr.on('data', (text: Buffer) => (said += text.toString()));
		child.stdout.on('data', (text: Buffer) => {
			said += text.toString();
			if (!child.killed && said.includes('processors')) child.kill('SIGINT');
		});
		expect(await new Promise((resolve) => child.on('close', resolve))).toBe(130);
		expect(said).toMatch('sophia-bench: ending the descents; what was found is kept; once more to exit at once\n');
		expect(said).toMatch(/^Lion +-|^Lion +> /m);
		expect(said).toMatch(/^sophia-bench: Interrupted by SIGINT$/m);
	});
});
