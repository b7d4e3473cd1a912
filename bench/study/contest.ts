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

export const contestOptions: readonly Option[] = [
	{
		name: 'optimizers',
		kind: 'string',
		help: 'who takes part, with commas, the reference first; `adamw:published` is one as it was published',
		standard: 'all but the baselines',
	},
	{
		name: 'ratios',
		kind: 'string',
		help: 'tokens in twenties of the parameters, three or more, with commas',
		standard: standardRatios.join(','),
	},
	{
		name: 'seeds',
		kind: 'number',
		help: `fresh seeds, the same for all, at least ${leastSeeds}`,
		standard: standardSeeds,
	},
	{name: 'untuned', kind: 'boolean', help: 'go on without certificates, stamped UNTUNED', standard: false},
];

/** What a comparison is of. */
export interface Contest {
	readonly entries: readonly Entry[];
	readonly ratios: readonly number[];
	readonly seeds: number;
	/** Whether it goes on without certificates. */
	readonly allowed: boolean;
}

/** @throws UsageError */
export function contestOf(settings: Settings): Contest {
	const standard = candidates.filter(({baseline = false}) => !baseline).map(({name}) => name);
	const entries = entriesOf(listOf(settings, 'optimizers', standard));
	const ratios = ratiosOf(settings, standardRatios);
	const seeds = countOf(settings, 'seeds', standardSeeds, {least: leastSeeds, most: mostFinalSeeds});
	if (ratios.length < leastRatios) {
		const reason = 'rankings change with data, and a curve has three numbers';
		throw new UsageError(`Expected \`--ratios\` to be ${leastRatios} or more, got ${ratios.length}: ${reason}`);
	}
	if (ratios.length > mostRatios) {
		throw new UsageError(`Expected \`--ratios\` to be ${mostRatios} or fewer, got ${ratios.length}`);
	}
	return {entries, ratios, seeds, allowed: settings.untuned === true};
}
