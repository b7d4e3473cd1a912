#!/usr/bin/env node
/** The `sophia-bench` command: how fast we are beside rivals, and which optimizer is better. */
import type {Command} from 'commander';
import {addCommand, makeCommand, runCommand, runProcess} from '#lib/cli/command';
import {settle, type Option, type Settings} from '#lib/cli/options';
import {compare, compareOptions} from './commands/compare';
import {noise, noiseOptions} from './commands/noise';
import {predict, predictOptions} from './commands/predict';
import {quadratics, quadraticsOptions} from './commands/quadratics';
import {reproduce, reproduceOptions} from './commands/reproduce';
import {roster, rosterOptions} from './commands/roster';
import {scaling, scalingOptions} from './commands/scaling';
import {sensitivity, sensitivityOptions} from './commands/sensitivity';
import {tune, tuneOptions} from './commands/tune';
import {kernels, kernelsOptions} from './trials/kernels';
import {optimizers, optimizersOptions} from './trials/optimizers';
import {step, stepOptions} from './trials/step';

/** Runs a command line. @returns the exit code */
export async function main(argv: readonly string[]): Promise<number> {
	return runCommand(makeProgram(), argv);
}

function makeProgram(): Command {
	const program = makeCommand('sophia-bench', 'Measure this package beside rivals, and optimizers beside each other.');
	const add = (name: string, description: string, options: readonly Option[], work: (of: Settings) => Promise<void>) =>
		addCommand(program, name, description, options).action((flags: Settings) => work(settle(flags, options)));
	add('kernels', 'matrix products, against libraries', kernelsOptions, kernels);
	add('optimizers', 'steps of optimizers, against plain loops and PyTorch', optimizersOptions, optimizers);
	add('step', 'whole training steps, against PyTorch', stepOptions, step);
	add('noise', 'what the seed alone does to a final loss', noiseOptions, noise);
	addCommand(program, 'tune <optimizers>', 'search the best configuration, and certify it', tuneOptions).action(
		(names: string, flags: Settings) => tune(names, settle(flags, tuneOptions)),
	);
	add('compare', 'who is better after the whole schedule, of those that are tuned', compareOptions, compare);
	add('roster', 'everybody in one table: loss, time and state, tuned or not', rosterOptions, roster);
	add('sensitivity', 'which settings must be tuned again elsewhere', sensitivityOptions, sensitivity);
	add('predict', 'a configuration for another size, verified there', predictOptions, predict);
	add('scaling', 'data efficiencies of optimizers, by the size of the model', scalingOptions, scaling);
	add('quadratics', 'steps to a tolerance, by condition number', quadraticsOptions, quadratics);
	add('reproduce', 'a whole study', reproduceOptions, reproduce);
	return program;
}

if (require.main === module) {
	void runProcess('sophia-bench', main);
}
