#!/usr/bin/env node
/** The `sophia` command: which subcommands there are, and how each failure leaves the process. */
import {Command, CommanderError} from 'commander';
import {debugging} from '../environment';
import {AbortError, messageOf, SophiaError} from '../errors';
import {version} from '../version';
import {curvature, curvatureOptions} from './curvature';
import {demo, demoOptions} from './demo';
import {evalOptions, evaluate} from './eval';
import {exportDirectory, exportOptions} from './export';
import {importDirectory, importOptions} from './import';
import {info, infoOptions} from './info';
import {interrupt, Interruption} from './interrupt';
import {explain} from './misuse';
import {declare, settle, UsageError, type Option, type Settings} from './options';
import {prepareFiles, prepareOptions} from './prepare';
import {report as writeReport, reportOptions} from './report';
import {sample, sampleOptions} from './sample';
import {standardNote} from './settings';
import {train, trainOptions} from './train';
import {watch} from './watch';

const failed = 1;
const misused = 2;

/** Runs a command line. @returns the exit code */
export async function main(argv: readonly string[]): Promise<number> {
	try {
		await makeProgram().parseAsync(argv, {from: 'user'});
		return 0;
	} catch (error) {
		return error instanceof CommanderError ? error.exitCode : report(error); // help and version end with an error of 0
	}
}

/** Says what went wrong. @returns the exit code */
function report(error: unknown): number {
	const {code, message} = judge(error);
	process.stderr.write(`sophia: ${message}\n`);
	if (debugging() && error instanceof Error) {
		process.stderr.write(`${error.stack ?? ''}\n`);
	}
	return code;
}

function makeProgram(): Command {
	const program = speak(new Command('sophia'))
		.description('Pretrain GPT-2 with Sophia-G, Sophia-H, AdamW or Lion.')
		.version(version)
		.showSuggestionAfterError(false)
		.configureOutput({outputError: () => undefined});
	const add = (usage: string, description: string, options: readonly Option[], hidden = false) =>
		speak(declare(program.command(usage, {hidden}).description(description), options));

	add('prepare <files...>', 'turn text, JSON lines or parquet into token shards', prepareOptions).action(
		(files: string[], flags: Settings) => prepareFiles(files, settle(flags, prepareOptions)),
	);
	add('train', 'train a model, or go on with a run', trainOptions)
		.addHelpText('after', `\n${standardNote}`)
		.action((flags: Settings) => train(settle(flags, trainOptions)));
	add('sample <checkpoint>', 'draw text from a checkpoint, or from the best of a run', sampleOptions).action(
		(path: string, flags: Settings) => sample(path, settle(flags, sampleOptions)),
	);
	add('eval <checkpoint>', 'measure the loss of a checkpoint, or of the best of a run', evalOptions).action(
		(path: string, flags: Settings) => evaluate(path, settle(flags, evalOptions)),
	);
	add('curvature <checkpoint>', 'eigenvalues, trace and diagonal of the Hessian', curvatureOptions).action(
		(path: string, flags: Settings) => curvature(path, settle(flags, curvatureOptions)),
	);
	add('report <runs...>', 'write runs as one page: charts, a sample, the configuration', reportOptions).action(
		(runs: string[], flags: Settings) => writeReport(runs, settle(flags, reportOptions)),
	);
	add('watch <runs...>', 'show that page on this machine while the runs go on', []).action((runs: string[]) =>
		watch(runs),
	);
	add('import <directory>', 'make a checkpoint of a GPT-2 of transformers', importOptions).action(
		(path: string, flags: Settings) => importDirectory(path, settle(flags, importOptions)),
	);
	add('export <checkpoint>', 'make a directory for transformers of a checkpoint or a run', exportOptions).action(
		(path: string, flags: Settings) => exportDirectory(path, settle(flags, exportOptions)),
	);
	add(
		'info [checkpoint]',
		'tell what this machine offers, what a checkpoint holds, or what memory a training takes',
		infoOptions,
	).action((path: string | undefined, flags: Settings) => info(path, settle(flags, infoOptions)));
	add('demo', 'train a small model on State of the Union speeches', demoOptions, true).action((flags: Settings) =>
		demo(settle(flags, demoOptions)),
	);
	return program;
}

/** Lets a command say in our words what is wrong with its line. */
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
function watchOutput(): void {
	process.stderr.on('error', () => undefined); // of which there is nobody to tell
	process.stdout.on('error', (cause: NodeJS.ErrnoException) => {
		const unread = cause.code === 'EPIPE';
		const message = `The output cannot be written: ${cause.message}`;
		const reason = unread ? new Interruption('SIGPIPE') : new SophiaError('ERR_SOPHIA_IO', message, {cause});
		const ending = interrupt(reason) || (process.exitCode ?? 0) !== 0;
		if (!ending) {
			process.exit(unread ? judge(reason).code : report(reason));
		}
	});
}

if (require.main === module) {
	watchOutput();
	void main(process.argv.slice(2)).then((code) => {
		process.exitCode = code;
	});
}
