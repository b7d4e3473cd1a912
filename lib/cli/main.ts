#!/usr/bin/env node
/** The `sophia` command: which subcommands there are. */
import type {Command} from 'commander';
import {addCommand, makeCommand, runCommand, runProcess} from './command';
import {curvature, curvatureOptions} from './curvature';
import {demo, demoOptions} from './demo';
import {evalOptions, evaluate} from './eval';
import {exportDirectory, exportOptions} from './export';
import {importDirectory, importOptions} from './import';
import {info, infoOptions} from './info';
import {settle, type Option, type Settings} from './options';
import {prepareFiles, prepareOptions} from './prepare';
import {report as writeReport, reportOptions} from './report';
import {sample, sampleOptions} from './sample';
import {standardNote} from './settings';
import {train, trainOptions} from './train';
import {watch} from './watch';

/** Runs a command line. @returns the exit code */
export async function main(argv: readonly string[]): Promise<number> {
	return runCommand(makeProgram(), argv);
}

function makeProgram(): Command {
	const rivals = 'AdamW, NAdamW, cautious AdamW, MARS, Adam-mini, Lion, cautious Lion, SGD, Muon, Scion, SOAP or Kron';
	const program = makeCommand('sophia', `Pretrain GPT-2 with Sophia-G, Sophia-H, ${rivals}.`);
	const add = (usage: string, description: string, options: readonly Option[], hidden = false) =>
		addCommand(program, usage, description, options, hidden);

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

if (require.main === module) {
	void runProcess('sophia', main);
}
