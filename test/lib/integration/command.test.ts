import {spawn} from 'node:child_process';
import {existsSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {temporaryDirectory} from '../temporary';
import {dist, metrics, prepareIn, run, sophia, until, type Ended} from './setup';

const directory = temporaryDirectory();
const at = (...names: string[]) => join(directory(), ...names);
const small = '--layers 2 --heads 2 --width 24 --context 16 --batch 4 --evaluation-batches 2'.split(' ');

const prepared = () => prepareIn(directory());

const train = (...more: string[]) => ['train', '--data', at('data'), '--output', at('run'), ...small, ...more];
const endless = () => train('--steps', '100000', '--checkpoint-every', '0');
const begun = () => existsSync(at('run', 'metrics.jsonl')) && metrics(at('run')).length > 3;

/** The command in a line of bash, as "$@", in a process group of its own. */
function inShell(line: string, args: readonly string[]) {
	const command = [process.execPath, join(dist, 'cli/main.js'), ...args];
	const child = spawn('bash', ['-c', line, 'bash', ...command], {detached: true, stdio: ['ignore', 'pipe', 'pipe']});
	let stderr = '';
	child.stderr.on('data', (data: Buffer) => (stderr += data.toString()));
	const ended = new Promise<Pick<Ended, 'code' | 'stderr'>>((resolve) =>
		child.on('close', (code) => resolve({code, stderr})),
	);
	return {child, ended};
}

describe('sophia, the command', () => {
	test('prepares, trains, measures, samples and tells about it', async () => {
		await prepared();
		const trained = await run(...train('--steps', '60', '--learning-rate', '3e-3', '--evaluation-every', '20'));
		expect(trained).toMatch(/^sophia-g on .*, (?:cpu with \d+ threads?|cuda:0)\nstep 1\/60 {2}loss 5\.\d{4} /);
		expect(trained).toMatch(/step 60\/60 .*validation \d\.\d{4}/);
		expect(trained.trimEnd()).toMatch(/last\.safetensors, .*best\.safetensors$/);
		const measured = await run('eval', at('run'), '--data', at('data'), '--batches', '0');
		const loss = Number(/^loss (\d\.\d+) nats per token/.exec(measured)?.[1]);
		expect(loss).toBeLessThan(5);
		const sampled = await run('sample', at('run'), '--prompt', 'the old', '--count', '30', '--seed', '4');
		expect(sampled.startsWith('the old')).toBe(true);
		expect(await run('sample', at('run'), '--prompt', 'the old', '--count', '30', '--seed', '4')).toBe(sampled);
		const facts = await run('info', at('run', 'last.safetensors'));
		expect(facts).toMatch(/^step +60$/m);
		expect(facts).toMatch(/^width +24$/m);
		expect(await run('info')).toMatch(/^cpu +\w+, \d+ threads?$/m);
	});

	test.each([
		['SIGINT', 130],
		['SIGHUP', 129],
	] as const)('%s finishes the step, writes a checkpoint and exits with %d; --resume goes on', async (name, exit) => {
		await prepared();
		const {child, ended} = sophia(...endless());
		await until(begun, 'the first steps');
		child.kill(name);
		const {code, stderr} = await ended;
		expect(code).toBe(exit);
		expect(stderr).toBe(
			'sophia: finishing the step and writing a checkpoint; once more to exit at once\n' +
				`sophia: Interrupted by ${name}\n`,
		);
		const steps = metrics(at('run')).length;
		expect(existsSync(at('run', 'last.safetensors'))).toBe(true);
		await run('train', '--output', at('run'), '--resume', '--steps', String(steps + 5), '--warmup', '1');
		expect(metrics(at('run')).map(({step}) => step)).toEqual(Array.from({length: steps + 5}, (_, i) => i + 1));
	});

	test('a second Ctrl-C exits at once', async () => {
		await prepared();
		const large = ['--layers', '12', '--width', '384', '--heads', '6', '--context', '512', '--batch', '64'];
		const {child, ended} = sophia('train', '--data', at('data'), '--output', at('run'), ...large);
		let stderr = '';
		child.stderr?.on('data', (data: Buffer) => (stderr += data.toString()));
		await until(() => existsSync(at('run')), 'the run');
		await new Promise((resolve) => setTimeout(resolve, 500));
		child.kill('SIGINT');
		await until(() => stderr !== '', 'the first answer');
		const begin = Date.now();
		child.kill('SIGINT');
		expect((await ended).signal).toBe('SIGINT');
		expect(Date.now() - begin).toBeLessThan(1500);
	});

	test.each([[['stdout']], [['stdout', 'stderr']]] as const)(
		'a reader of %j that goes away ends it in order',
		async (lost) => {
			await prepared();
			const {child, ended} = sophia(...endless());
			await new Promise((resolve) => child.stdout?.once('data', resolve));
			lost.forEach((name) => child[name]?.destroy());
			const {code, stderr} = await ended;
			expect(code).toBe(141);
			const said = 'sophia: finishing the step and writing a checkpoint\nsophia: Interrupted by SIGPIPE\n';
			expect(stderr).toBe(lost.length === 1 ? said : '');
			expect(existsSync(at('run', 'last.safetensors'))).toBe(true);
		},
	);

	test.each([[['stderr']], [['stdout', 'stderr']]] as const)(
		'Ctrl-C without a reader of %j does the same',
		async (lost) => {
			await prepared();
			const {child, ended} = sophia(...endless(), '--evaluation-every', '0'); // no line for two seconds
			await until(begun, 'the first steps');
			lost.forEach((name) => child[name]?.destroy());
			child.kill('SIGINT');
			expect(await ended).toMatchObject({code: 130, signal: null});
			expect(existsSync(at('run', 'last.safetensors'))).toBe(true);
		},
	);

	test('Ctrl-C under tee, which it ends as well, writes a checkpoint', async () => {
		await prepared();
		const {child, ended} = inShell('"$@" 2>&1 | tee', endless());
		await until(begun, 'the first steps');
		process.kill(-(child.pid ?? 0), 'SIGINT');
		await ended;
		expect(existsSync(at('run', 'last.safetensors'))).toBe(true);
	});

	test('an output without room ends a training in order, anything else at once, and is ERR_SOPHIA_IO', async () => {
		await prepared();
		const full = /sophia: The output cannot be written: ENOSPC.* \(ERR_SOPHIA_IO\)\n$/;
		const told = await inShell('"$@" > /dev/full', ['info']).ended;
		expect(told).toMatchObject({code: 1, stderr: expect.stringMatching(full)});
		const trained = await inShell('"$@" > /dev/full', endless()).ended;
		expect(trained).toMatchObject({code: 1, stderr: expect.stringMatching(full)});
		expect(trained.stderr).toMatch(/^sophia: finishing the step/);
		expect(existsSync(at('run', 'last.safetensors'))).toBe(true);
		const short = ['train', '--resume', '--output', at('run'), '--warmup', '0', '--steps'];
		const last = await inShell('"$@" > /dev/full', [...short, String(metrics(at('run')).length + 1)]).ended;
		expect(last).toMatchObject({code: 1, stderr: expect.stringMatching(full)});
	});

	test('a failure is one line and exit 1, misuse one line and exit 2', async () => {
		await prepared();
		const failed = await sophia(...train('--heads', '5')).ended;
		expect(failed).toMatchObject({code: 1, stdout: ''});
		expect(failed.stderr).toMatch(/^sophia: Expected `heads` to divide `width`.* \(ERR_SOPHIA_INVALID_ARGUMENT\)\n$/);
		const misused = await sophia(...train('--learningrate', '1')).ended;
		expect(misused).toMatchObject({code: 2, stdout: ''});
		expect(misused.stderr).toBe('sophia: Unknown option `--learningrate`, did you mean `--learning-rate`?\n');
		expect(existsSync(at('run'))).toBe(false);
	});

	test('a run is not overwritten', async () => {
		await prepared();
		await run(...train('--steps', '3', '--warmup', '1'));
		const before = readFileSync(at('run', 'metrics.jsonl'), 'utf8');
		const {code, stderr} = await sophia(...train('--steps', '3', '--warmup', '1')).ended;
		expect(code).toBe(1);
		expect(stderr).toMatch(/has one: resume it \(ERR_SOPHIA_INVALID_ARGUMENT\)\n$/);
		expect(readFileSync(at('run', 'metrics.jsonl'), 'utf8')).toBe(before);
	});
});
