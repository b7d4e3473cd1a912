#!/usr/bin/env node
/** The `sophia-bench` command: how fast we are, beside rivals and beside what the machine can do at most. */
import type {Command} from 'commander';
import {addCommand, makeCommand, runCommand, runProcess} from '#lib/cli/command';
import {settle, type Option, type Settings} from '#lib/cli/options';
import {quadratics, quadraticsOptions} from './commands/quadratics';
import {kernels, kernelsOptions} from './trials/kernels';
import {optimizers, optimizersOptions} from './trials/optimizers';
import {step, stepOptions} from './trials/step';

/** Runs a command line. @returns the exit code */
export async function main(argv: readonly string[]): Promise<number> {
	return runCommand(makeProgram(), argv);
}

function makeProgram(): Command {
	const program = makeCommand('sophia-bench', 'Measure this package, its rivals and the limits of this machine.');
	const add = (name: string, description: string, options: readonly Option[], work: (of: Settings) => Promise<void>) =>
		addCommand(program, name, description, options).action((flags: Settings) => work(settle(flags, options)));
	add('kernels', 'matrix products, against libraries', kernelsOptions, kernels);
	add('optimizers', 'steps of optimizers, against plain loops and PyTorch', optimizersOptions, optimizers);
	add('step', 'whole training steps, against PyTorch', stepOptions, step);
	add('quadratics', 'steps to a tolerance, by condition number', quadraticsOptions, quadratics);
	return program;
}

if (require.main === module) {
	void runProcess('sophia-bench', main);
}
