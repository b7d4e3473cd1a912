/** `sophia report`: runs as one page, in one file. `sophia watch`: the same page while they go on. */
import {existsSync, lstatSync} from 'node:fs';
import {basename, resolve} from 'node:path';
import {metricsFile} from '../directory';
import {argumentError, SophiaError, wrap, wrapAsync} from '../errors';
import {noFile, writeWhole} from '../files';
import {readFacts} from '../report/facts';
import {History} from '../report/history';
import {page} from '../report/page';
import type {Shown} from '../report/parts';
import {drawSample} from '../report/sample';
import {writeEvents} from '../tensorboard/log';
import {version} from '../version';
import {configOption, UsageError, type Option, type Settings} from './options';
import {placement, placementOptions} from './placement';
import type {Output} from './progress';

export const reportOptions: readonly Option[] = [
	{name: 'output', kind: 'string', help: 'the file', standard: 'report.html'},
	{name: 'sample', kind: 'boolean', help: "text drawn from each run's best checkpoint", standard: true},
	{name: 'tensorboard', kind: 'boolean', help: "TensorBoard's events beside the metrics of each run", standard: false},
	...placementOptions,
	configOption,
];

/** What makes pages. */
export const maker = () => `sophia-native ${version}`;

/** Writes the page of the runs and says where it is. */
export async function report(
	directories: readonly string[],
	settings: Settings,
	output: Output = process.stdout,
): Promise<void> {
	const {
		output: path = 'report.html',
		sample = true,
		tensorboard,
	} = settings as {
		readonly output?: string;
		readonly sample?: boolean;
		readonly tensorboard?: boolean;
	};
	checkFile(path);
	directories.forEach(checkRun);
	const runs: Shown[] = [];
	for (const [i, directory] of directories.entries()) {
		const history = new History(directory);
		await history.advance();
		const facts = readFacts(directory);
		const drawn = sample ? {sample: await drawSample(directory, placement(settings))} : {};
		runs.push({name: runNames(directories)[i] ?? directory, history, facts, ...drawn});
		if (tensorboard === true) {
			output.write(`${await writeEvents(directory)}\n`);
		}
	}
	const text = page(runs, {maker: maker(), live: false});
	await wrapAsync(() => writeWhole(path, (file) => file.writeFile(text)));
	output.write(`${path}: ${runs.map(outline).join(', ')}; ${Math.ceil(Buffer.byteLength(text) / 1024)} kB\n`);
}

/** A page takes the place of a file and of nothing else: not of a pipe that is read from, not of /dev/stdout. */
function checkFile(path: string): void {
	if (path === '') {
		throw new UsageError('Expected `--output` to be a file, got nothing');
	}
	const stats = wrap(() => lstatSync(path, {throwIfNoEntry: false}));
	if (stats !== undefined && !stats.isFile()) {
		throw noFile(path, stats);
	}
}

function checkRun(directory: string): void {
	if (!existsSync(metricsFile(directory))) {
		const expected = `Expected \`${directory}\` to be the directory of a run, with its \`metrics.jsonl\``;
		throw new SophiaError('ERR_SOPHIA_IO', expected);
	}
}

function outline({name, history}: Shown): string {
	const steps = history.newest.get('step') ?? 0;
	return `${name} with ${steps.toLocaleString('en')} ${steps === 1 ? 'step' : 'steps'}`;
}

/**
What runs are called: their directory's name, or the path as it was given where two have the same.

@throws RangeError `ERR_SOPHIA_INVALID_ARGUMENT` when a directory was given twice
*/
export function runNames(directories: readonly string[]): readonly string[] {
	const paths = directories.map((directory) => resolve(directory));
	const twice = directories.find((_, i) => paths.indexOf(paths[i] ?? '') !== i);
	if (twice !== undefined) {
		throw argumentError('range', `Expected different runs, got \`${twice}\` twice`);
	}
	const names = paths.map((path) => basename(path));
	return names.map((name, i) => (names.filter((other) => other === name).length > 1 ? (directories[i] ?? name) : name));
}
