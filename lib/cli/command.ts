/** What the commands of this package share: how a line is read, and how each failure leaves the process. */
import {Command, CommanderError} from 'commander';
import {debugging} from '../environment';
import {AbortError, messageOf, SophiaError} from '../errors';
import {interrupt, Interruption} from './interrupt';
import {explain} from './misuse';
import {declare, UsageError, type Option} from './options';
import {version} from '../version';

const failed = 1;
const misused = 2;

/** A command of subcommands, which says in our words what is wrong with its line. */
export function makeCommand(name: string, description: string): Command {
	return speak(new Command(name))
		.description(description)
		.version(version)
		.showSuggestionAfterError(false)
		.configureOutput({outputError: () => undefined});
}

/** Adds a subcommand with its options. */
export function addCommand(
	program: Command,
	usage: string,
	description: string,
	options: readonly Option[],
	hidden = false,
): Command {
	return speak(declare(program.command(usage, {hidden}).description(description), options));
}

/** Runs a command line. @returns the exit code */
export async function runCommand(program: Command, argv: readonly string[]): Promise<number> {
	try {
		await program.parseAsync(argv, {from: 'user'});
		return 0;
	} catch (error) {
		// help and version end with an error of 0
		return error instanceof CommanderError ? error.exitCode : report(program.name(), error);
	}
}

/** Runs the command line of this process, and leaves its exit code. */
export async function runProcess(name: string, main: (argv: readonly string[]) => Promise<number>): Promise<void> {
	watchOutput(name);
	process.exitCode = await main(process.argv.slice(2));
}

/** Says what went wrong. @returns the exit code */
function report(name: string, error: unknown): number {
	const {code, message} = judge(error);
	process.stderr.write(`${name}: ${message}\n`);
	if (debugging() && error instanceof Error) {
		process.stderr.write(`${error.stack ?? ''}\n`);
	}
	return code;
}

function speak(command: Command): Command {
	return command.exitOverride((error) => {
		throw error.exitCode === 0 ? error : new UsageError(explain(error, command));
	});
}

interface Verdict {
	readonly code: number;
	readonly message: string;
}

function judge(error: unknown): Verdict {
	if (error instanceof AbortError && error.cause instanceof Error) {
		return judge(error.cause);
	}
	if (error instanceof UsageError) {
		return {code: misused, message: error.message};
	}
	if (error instanceof Interruption) {
		return {code: error.exitCode, message: error.message};
	}
	const {code} = error as {code?: string};
	return {code: failed, message: messageOf(error) + (code === undefined ? '' : ` (${code})`)};
}

/**
What becomes of a command that nobody can read any more, as after `| head`, or whose output finds no room: a training
ends in order, with a checkpoint, anything else at once.
*/
function watchOutput(name: string): void {
	process.stderr.on('error', () => undefined); // of which there is nobody to tell
	process.stdout.on('error', (cause: NodeJS.ErrnoException) => {
		const unread = cause.code === 'EPIPE';
		const message = `The output cannot be written: ${cause.message}`;
		const reason = unread ? new Interruption('SIGPIPE') : new SophiaError('ERR_SOPHIA_IO', message, {cause});
		const ending = interrupt(reason) || (process.exitCode ?? 0) !== 0;
		if (!ending) {
			process.exit(unread ? judge(reason).code : report(name, reason));
		}
	});
}
