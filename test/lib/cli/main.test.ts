import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {main} from '../../../lib/cli/main';
import {reset, state} from '../fake';
import {temporaryDirectory} from '../temporary';

jest.mock('../../../lib/native', () => jest.requireActual<typeof import('../fake')>('../fake').fakeModule);

const directory = temporaryDirectory();
let stdout = '';
let stderr = '';

beforeEach(() => {
	reset();
	stdout = '';
	stderr = '';
	jest.spyOn(process.stdout, 'write').mockImplementation((text) => (stdout += String(text)) !== '');
	jest.spyOn(process.stderr, 'write').mockImplementation((text) => (stderr += String(text)) !== '');
});
afterEach(() => {
	jest.restoreAllMocks();
	delete process.env.SOPHIA_DEBUG;
});

describe('sophia', () => {
	test.each([
		[['trian'], 'Unknown command `trian`, did you mean `train`?'],
		[['train', '--learningrate', '1'], 'Unknown option `--learningrate`, did you mean `--learning-rate`?'],
		[['--versoin'], 'Unknown option `--versoin`, did you mean `--version`?'],
		[['help', 'nonsense'], 'Unknown command `nonsense`'],
		[['help', 'trian'], 'Unknown command `trian`, did you mean `train`?'],
		[['--hlep'], 'Unknown option `--hlep`, did you mean `--help`?'],
		[['train', '--steps'], 'Expected `--steps` to have a value'],
		[['train', '--steps', 'ten'], 'Expected `--steps` to be a number, got `ten`'],
		[['train'], 'Expected `--data`, a directory that `sophia prepare` wrote'],
		[['eval', 'a'], 'Expected `--data`, a directory that `sophia prepare` wrote'],
		[['sample'], 'Expected an argument, `checkpoint`; see `sophia sample --help`'],
		[['sample', 'train', '--topk', '3'], 'Unknown option `--topk`, did you mean `--top-k`?'],
	])('%j is misuse: one line, exit 2', async (argv, message) => {
		expect(await main(argv)).toBe(2);
		expect(stderr.endsWith(`sophia: ${message}\n`)).toBe(true);
		expect(stderr.includes('Usage:')).toBe(argv[0] === 'help');
		expect(state.trainers).toEqual([]);
	});

	test('no command is misuse, with help', async () => {
		expect(await main([])).toBe(2);
		expect(stderr).toMatch('Usage: sophia');
		expect(stderr).toMatch('sophia: Expected a command; see `sophia --help`\n');
	});

	test('a failure is one line with its code, exit 1, and a stack only on request', async () => {
		const argv = ['train', '--data', join(directory(), 'none')];
		expect(await main(argv)).toBe(1);
		expect(stderr).toMatch(/^sophia: ENOENT: .*dataset\.json' \(ERR_SOPHIA_IO\)\n$/);
		process.env.SOPHIA_DEBUG = '0';
		expect(await main(argv)).toBe(1);
		expect(stderr).not.toMatch(/\n {4}at /);
		process.env.SOPHIA_DEBUG = '1';
		expect(await main(argv)).toBe(1);
		expect(stderr).toMatch(/\n {4}at /);
	});

	test('a wrong number is a failure with its code', async () => {
		await prepared();
		expect(await main(['train', '--data', join(directory(), 'data'), '--heads', '5', '--width', '9'])).toBe(1);
		const message = 'Expected `heads` to divide `width`, got 5 heads and width 9 (ERR_SOPHIA_INVALID_ARGUMENT)';
		expect(stderr).toBe(`sophia: ${message}\n`);
	});

	test.each(['--help', '--version', 'train --help', 'help sample'])('%s succeeds', async (line) => {
		expect(await main(line.split(' '))).toBe(0);
		expect(stdout).not.toBe('');
		expect(stderr).toBe('');
	});

	test('help names every command but the demo', async () => {
		await main(['--help']);
		for (const name of ['prepare', 'train', 'sample', 'eval', 'report', 'watch', 'info']) {
			expect(stdout).toMatch(new RegExp(`^ {2}${name} `, 'm'));
		}
		expect(stdout).not.toMatch('demo');
	});

	test('prepare, then train: what the flags and the file say reaches native code', async () => {
		await prepared();
		expect(stdout).toMatch(/train\.bin: 900 tokens\n.*val\.bin: 100 tokens\n/);
		const config = join(directory(), 'options.json');
		writeFileSync(config, JSON.stringify({steps: 3, length: 16, rho: 0.2, threads: 1}));
		const run = join(directory(), 'run');
		const data = join(directory(), 'data');
		expect(await main(['train', '--data', data, '--output', run, '--config', config, '--rho', '0.3'])).toBe(0);
		const [trainer] = state.trainers;
		expect(trainer?.config).toMatchObject({steps: 3, length: 16, directory: run, resume: false});
		expect(trainer?.config.hyper).toMatchObject({rho: 0.3});
		expect(state.models[0]?.config).toMatchObject({vocabulary: 256, threads: 1});
		expect(stdout).toMatch(/step 3\/3 {2}loss 1\.6667/);
		expect(stdout).toMatch('last.safetensors\n');
		expect(trainer?.disposed).toBe(true);
		expect(state.models[0]?.disposed).toBe(true);
	});

	test('Ctrl-C ends a training with 130', async () => {
		await prepared();
		const argv = ['train', '--data', join(directory(), 'data'), '--output', join(directory(), 'run')];
		const running = main([...argv, '--steps', '100000', '--length', '16']);
		setTimeout(() => process.emit('SIGINT'), 100);
		expect(await running).toBe(130);
		expect(stderr).toMatch(/finishing the step.*\n.*sophia: Interrupted by SIGINT\n$/s);
		expect(state.trainers[0]).toMatchObject({disposed: true});
	});

	async function prepared(): Promise<void> {
		const text = join(directory(), 'text.txt');
		writeFileSync(text, 'some text '.repeat(100));
		expect(await main(['prepare', text, '--output', join(directory(), 'data')])).toBe(0);
	}
});
