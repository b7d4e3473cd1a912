/** What all commands of the study are told alike. */
import {availableParallelism} from 'node:os';
import {UsageError, flag, type Option, type Settings} from '#lib/cli/options';
import {candidateNames, candidates} from '../candidates/index';
import type {Candidate} from '../candidates/candidate';
import {amountOf, countOf, listOf, longestLimit, numbersOf, textOf} from '../options';
import type {Shape} from './regime';

/** Far beyond what a machine has, or what a model as small as these has use for. */
const [mostWorkers, mostSequences, longest] = [256, 4096, 8192];
const largestRatio = 1e4;
/** Channels of an attention head. */
const headWidth = 16;

/** What holds where nothing else is said. */
const standard = {directory: 'study', model: '2x48', batch: 4, length: 64, limit: 600, ratio: 1} as const;

export const studyOptions: readonly Option[] = [
	{
		name: 'directory',
		kind: 'string',
		help: 'where runs, certificates and reports are kept',
		standard: standard.directory,
	},
	{name: 'data', kind: 'string', help: 'directory that `sophia prepare` wrote', standard: 'the speeches'},
	{name: 'model', kind: 'string', help: 'layers and width, which is a multiple of 16', standard: standard.model},
	{name: 'batch', kind: 'number', help: 'sequences in a step', standard: standard.batch},
	{name: 'length', kind: 'number', help: 'tokens in a sequence', standard: standard.length},
	{name: 'workers', kind: 'number', help: 'runs side by side, of one thread each', standard: 'all processors'},
	{
		name: 'limit',
		kind: 'number',
		help: 'seconds for a million tokens after which a run counts as hung',
		standard: standard.limit,
	},
	{name: 'output', kind: 'string', help: 'file of JSON lines that the results are written to as they come'},
];

export const ratioOption: Option = {
	name: 'ratio',
	kind: 'number',
	help: 'tokens in twenties of the parameters without embeddings',
	standard: standard.ratio,
};

/** The shape that `2x48` says. @throws UsageError */
export function shapeOf(text: string, option = 'model'): Shape {
	const [layers = 0, width = 0] = (/^(\d{1,3})[x×](\d{1,5})$/.exec(text) ?? []).slice(1).map(Number);
	if (layers < 1 || width < 1 || width % headWidth !== 0) {
		throw new UsageError(
			`Expected \`${flag(option)}\` to be layers and a width in sixteens, as \`2x48\`, got \`${text}\``,
		);
	}
	return {layers, width, heads: width / headWidth};
}

/** How the study of a command is made. */
export interface Plan {
	readonly directory: string;
	readonly data: string | undefined;
	readonly shape: Shape;
	readonly batch: number;
	readonly length: number;
	readonly workers: number;
	readonly limit: number;
	readonly output: string | undefined;
}

/** @throws UsageError */
export function planOf(settings: Settings): Plan {
	return {
		directory: textOf(settings, 'directory') ?? standard.directory,
		data: textOf(settings, 'data'),
		shape: shapeOf(textOf(settings, 'model') ?? standard.model),
		batch: countOf(settings, 'batch', standard.batch, {most: mostSequences}),
		length: countOf(settings, 'length', standard.length, {most: longest}),
		workers: countOf(settings, 'workers', Math.min(availableParallelism(), mostWorkers), {most: mostWorkers}),
		limit: amountOf(settings, 'limit', standard.limit, longestLimit),
		output: textOf(settings, 'output'),
	};
}

/** The ratio of tokens to parameters. @throws UsageError */
export const ratioOf = (settings: Settings): number => amountOf(settings, 'ratio', standard.ratio, largestRatio);

/** Several of them, each once, the smallest first. @throws UsageError */
export const ratiosOf = (settings: Settings, usual: readonly number[]): readonly number[] =>
	numbersOf(settings, 'ratios', usual, largestRatio);

/** Whose certificates are looked at. */
export const candidatesOption: Option = {
	name: 'optimizers',
	kind: 'string',
	help: 'of whom, with commas',
	standard: 'all that have certificates',
};

/** The names that were given, or everybody's. @throws UsageError for one that is nobody's */
export const namesOf = (settings: Settings): readonly string[] =>
	candidatesOf(listOf(settings, 'optimizers', candidateNames)).map(({name}) => name);

/** The candidates of those names. @throws UsageError for one that is nobody's */
export function candidatesOf(names: readonly string[]): readonly Candidate[] {
	const wanted = listOf({optimizers: names.join(',')}, 'optimizers', candidateNames, candidateNames);
	return candidates.filter(({name}) => wanted.includes(name));
}
