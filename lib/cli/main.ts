#!/usr/bin/env node
/** The `sophia` command: which subcommands there are, and how each failure leaves the process. */
import {Command, CommanderError} from 'commander';
import {suggestion} from '../check';
import {AbortError, messageOf} from '../errors';
import {curvature, curvatureOptions} from './curvature';
import {demo, demoOptions} from './demo';
import {evalOptions, evaluate} from './eval';
import {info, infoOptions, version} from './info';
import {Interruption} from './interrupt';
import {declare, settle, UsageError, type Option, type Settings} from './options';
import {prepareFiles, prepareOptions} from './prepare';
import {sample, sampleOptions} from './sample';
import {standardNote} from './settings';
import {train, trainOptions} from './train';

const failed = 1;
const misused = 2;

/** Runs a command line. @returns the exit code */
export async function main(argv: readonly string[]): Promise<number> {
	const program = makeProgram();
	try {
		await program.parseAsync(argv, {from: 'user'});
		return 0;
	} catch (error) {
		if (error instanceof CommanderError && error.exitCode === 0) {
			return 0;
		}
		const {code, message} = judge(error, program, argv);
		process.stderr.write(`sophia: ${message}\n`);
		if (process.env.SOPHIA_DEBUG !== undefined && error instanceof Error) {
			process.stderr.write(`${error.stack ?? ''}\n`);
		}
		return code;
	}
}

function makeProgram(): Command {
	const program = new Command('sophia')
		.description('Pretrain GPT-2 with Sophia-G, Sophia-H, AdamW or Lion.')
		.version(version())
		.showSuggestionAfterError(false)
		.exitOverride()
		.configureOutput({outputError: () => undefined});
	const add = (usage: string, description: string, options: readonly Option[], hidden = false) =>
		declare(program.command(usage, {hidden}).description(description), options);

	add('prepare <files...>', 'turn text files into byte-level token shards', prepareOptions).action(
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
	add('info [checkpoint]', 'tell what this machine offers, or what a checkpoint holds', infoOptions).action(
		(path: string | undefined, flags: Settings) => info(path, settle(flags, infoOptions)),
	);
	add('demo', 'train a small model on State of the Union speeches', demoOptions, true).action((flags: Settings) =>
		demo(settle(flags, demoOptions)),
	);
	return program;
}

interface Verdict {
	readonly code: number;
	readonly message: string;
}

function judge(error: unknown, program: Command, argv: readonly string[]): Verdict {
	if (error instanceof CommanderError) {
		return {code: misused, message: explain(error, program, argv)};
	}
	if (error instanceof UsageError) {
		return {code: misused, message: error.message};
	}
	if (error instanceof AbortError && error.cause instanceof Interruption) {
		return {code: error.cause.exitCode, message: error.cause.message};
	}
	const {code} = error as {code?: string};
	return {code: failed, message: messageOf(error) + (code === undefined ? '' : ` (${code})`)};
}

/** Commander's message in this project's voice, with the nearest name. */
function explain({message}: CommanderError, program: Command, argv: readonly string[]): string {
	const [, kind, name = ''] = /unknown (option|command) '(.+?)'/.exec(message) ?? [];
	if (kind === 'command') {
		return `Unknown command \`${name}\`${suggestion(
			name,
			program.commands.map((command) => command.name()),
		)}`;
	}
	if (kind === 'option') {
		const command = program.commands.find((candidate) => argv.includes(candidate.name())) ?? program;
		const known = command.options.map(({long}) => long ?? '');
		return `Unknown option \`${name}\`${suggestion(name, known)}`;
	}
	return message.replace(/^error: /, '').replace(/^\(outputHelp\)$/, 'Expected a command; see `sophia --help`');
}

/** Nobody reads any more, as after `| head`: a training ends as it does on SIGTERM, anything else at once. */
function endWithReader(): void {
	let closed = false;
	process.stdout.on('error', () => {
		if (!closed) {
			closed = true;
			process.kill(process.pid, 'SIGTERM');
		}
	});
}

if (require.main === module) {
	endWithReader();
	void main(process.argv.slice(2)).then((code) => {
		process.exitCode = code;
	});
}
