import {addCommand, makeCommand, runCommand} from '../../../lib/cli/command';
import {Interruption} from '../../../lib/cli/interrupt';
import {UsageError} from '../../../lib/cli/options';
import {AbortError, SophiaError} from '../../../lib/errors';
import {version} from '../../../lib/version';
import {captureOutput} from '../output';

const output = captureOutput();

/** A command whose `work` does that. */
function run(work: () => void, ...argv: readonly string[]): Promise<number> {
	const program = makeCommand('tool', 'Does work.');
	addCommand(program, 'work', 'works', [{name: 'hard', kind: 'boolean', help: 'work hard'}]).action(work);
	return runCommand(program, argv);
}

const fail = (error: unknown) => () => {
	throw error;
};

const failures: readonly (readonly [string, number, Error])[] = [
	['no sense', 2, new UsageError('no sense')],
	['Interrupted by SIGTERM', 143, new Interruption('SIGTERM')],
	['Interrupted by SIGINT', 130, new AbortError(AbortSignal.abort(new Interruption('SIGINT')))],
	['no room (ERR_SOPHIA_IO)', 1, new SophiaError('ERR_SOPHIA_IO', 'no room')],
	['a bug', 1, new Error('a bug')],
];

test.each(failures)('`%s` is a line, and the exit code %d', async (message, code, error) => {
	expect(await run(fail(error), 'work')).toBe(code);
	expect(output.stderr).toBe(`tool: ${message}\n`);
});

test('a command line is answered in the name of its command', async () => {
	expect(await run(() => undefined, 'work', '--hard')).toBe(0);
	expect(await run(() => undefined, 'wrok')).toBe(2);
	expect(await run(() => undefined, 'work', 'now')).toBe(2);
	expect(output.stderr).toBe(
		'tool: Unknown command `wrok`, did you mean `work`?\ntool: Unexpected argument `now`; see `tool work --help`\n',
	);
	expect(await run(() => undefined, '--version')).toBe(0);
	expect(output.stdout).toBe(`${version}\n`);
});
