/** `sophia info`: what this machine offers, what a checkpoint holds, or what memory a training would take. */
import {checkpointConfig, checkpointRun, checkpointStep, readCheckpoint} from '../checkpoint';
import {parameterCount} from '../config';
import {cpu, cuda, devices} from '../devices';
import {nativePath} from '../native';
import {optimizerNames} from '../optimizers/index';
import {version} from '../version';
import {checkpointFile} from './file';
import {checkAsked, memoryLines, memoryOf, memoryOptions} from './memory';
import type {Option, Settings} from './options';
import type {Output} from './progress';

export const infoOptions: readonly Option[] = [
	{name: 'json', kind: 'boolean', help: 'as JSON', standard: false},
	...memoryOptions,
];

/** Prints facts, one a line, or as JSON. */
export function info(path: string | undefined, settings: Settings, output: Output = process.stdout): void {
	checkAsked(settings);
	const facts =
		settings.memory === true
			? memory(path, settings)
			: path === undefined
				? machine()
				: checkpoint(checkpointFile(path));
	const text = settings.json === true ? JSON.stringify(facts, undefined, 2) : lines({...facts});
	output.write(`${text}\n`);
}

function memory(path: string | undefined, settings: Settings) {
	const required = memoryOf(path === undefined ? undefined : checkpointFile(path), settings);
	return settings.json === true ? required : memoryLines(required);
}

function machine() {
	const available = devices().map(({name, description}) => [name, description]);
	return {
		version,
		node: process.versions.node,
		addon: nativePath(),
		...(Object.fromEntries(available) as Record<string, string>),
		instructionSets: cpu().isas.join(' '),
		cudaVersions: `runtime ${cuda().runtimeVersion}, driver ${cuda().driverVersion}`,
		optimizers: optimizerNames.join(' '),
	};
}

function checkpoint(path: string) {
	const {metadata} = readCheckpoint(path);
	const config = checkpointConfig(path);
	const step = checkpointStep(path);
	return {
		checkpoint: path,
		parameters: parameterCount(config),
		...config,
		...(metadata.training === undefined ? {} : {optimizer: JSON.stringify(checkpointRun(path).optimizer)}),
		...(metadata.isa === undefined ? {} : {isa: metadata.isa}),
		...(step === undefined ? {} : {step}),
	};
}

function lines(facts: Readonly<Record<string, unknown>>): string {
	const width = Math.max(...Object.keys(facts).map((name) => name.length));
	return Object.entries(facts)
		.map(([name, value]) => `${name.padEnd(width)}  ${String(value)}`)
		.join('\n');
}
