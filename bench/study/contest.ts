/** Who is compared, where and how often: what the commands that compare are told alike. */
import {UsageError, type Option, type Settings} from '#lib/cli/options';
import {candidates} from '../candidates/index';
import {countOf, listOf} from '../options';
import {entriesOf, type Entry} from './entries';
import {ratiosOf} from './options';
import {mostFinalSeeds} from './seeds';

const standardSeeds = 5;
/** Two have intervals of which nothing is left, and one says nothing about noise. */
const leastSeeds = 3;
const standardRatios = [1, 2, 4];
/** Rankings change with the amount of data, and a curve has three numbers. */
const leastRatios = 3;
/** Each is a run of everybody from every seed. */
const mostRatios = 16;

/** Who takes part, from how many seeds, and whether without certificates. */
export const [optimizersOption, seedsOption, untunedOption] = [
	{
		name: 'optimizers',
		kind: 'string',
		help: 'who takes part, with commas, the reference first; `adamw:published` is one as it was published',
		standard: 'all but the baselines',
	},
	{
		name: 'seeds',
		kind: 'number',
		help: `fresh seeds, the same for all, at least ${leastSeeds}`,
		standard: standardSeeds,
	},
	{name: 'untuned', kind: 'boolean', help: 'go on without certificates, stamped UNTUNED', standard: false},
] as const satisfies readonly Option[];

export const contestOptions: readonly Option[] = [
	optimizersOption,
	{
		name: 'ratios',
		kind: 'string',
		help: 'tokens in twenties of the parameters, three or more, with commas',
		standard: standardRatios.join(','),
	},
	seedsOption,
	untunedOption,
];

/** Who is compared, and how often. */
export interface Contenders {
	readonly entries: readonly Entry[];
	readonly seeds: number;
	/** Whether it goes on without certificates. */
	readonly allowed: boolean;
}

/** What a comparison is of. */
export interface Contest extends Contenders {
	readonly ratios: readonly number[];
}

/** @throws UsageError */
export function contendersOf(settings: Settings): Contenders {
	const standard = candidates.filter(({baseline = false}) => !baseline).map(({name}) => name);
	return {
		entries: entriesOf(listOf(settings, 'optimizers', standard)),
		seeds: countOf(settings, 'seeds', standardSeeds, {least: leastSeeds, most: mostFinalSeeds}),
		allowed: settings.untuned === true,
	};
}

/** @throws UsageError */
export function contestOf(settings: Settings): Contest {
	const contenders = contendersOf(settings);
	const ratios = ratiosOf(settings, standardRatios);
	if (ratios.length < leastRatios) {
		const reason = 'rankings change with data, and a curve has three numbers';
		throw new UsageError(`Expected \`--ratios\` to be ${leastRatios} or more, got ${ratios.length}: ${reason}`);
	}
	if (ratios.length > mostRatios) {
		throw new UsageError(`Expected \`--ratios\` to be ${mostRatios} or fewer, got ${ratios.length}`);
	}
	return {...contenders, ratios};
}
