/** Whole studies, of which every number is decided. */
import {UsageError} from '#lib/cli/options';
import type {Plan} from './options';

/** A study from noise to prediction. */
export interface Preset {
	readonly name: string;
	/** What it is run on. */
	readonly plan: Pick<Plan, 'shape' | 'batch' | 'length'>;
	/** Whom it compares, the reference first, and the baselines, which are compared at the first ratio only. */
	readonly optimizers: readonly string[];
	readonly baselines: readonly string[];
	readonly ratios: readonly number[];
	/** Those of the ratios in which everything is searched: they say what is sensitive to the amount of data. */
	readonly full: readonly [first: number, ...others: number[]];
	/** Another size, in which everything is searched at the first ratio: without it no law says how a setting goes with size. */
	readonly otherSize: string;
	/** A ratio of the reference alone: a speed-up is read off its losses, and only between them. */
	readonly beyond: number;
	readonly noiseSeeds: number;
	readonly seeds: number;
	readonly runs: {
		/** Of the search that begins at what was published. */
		readonly first: number;
		/** Of a search for everything that begins where another ended. */
		readonly again: number;
		/** Of one for what is sensitive. */
		readonly sensitive: number;
	};
	/** The size that is predicted. */
	readonly predicted: string;
}

/** What two processors can do. */
export const cpuSmall: Preset = {
	name: 'cpu-small',
	plan: {shape: {layers: 2, width: 48, heads: 3}, batch: 4, length: 64},
	optimizers: ['adamw', 'lion', 'sophia-g', 'sophia-h'],
	baselines: ['sgd', 'signum'],
	ratios: [1, 2, 4],
	full: [1, 2],
	otherSize: '2x32',
	beyond: 8,
	noiseSeeds: 8,
	seeds: 5,
	runs: {first: 160, again: 56, sensitive: 12},
	predicted: '2x80',
};

export const presets: readonly Preset[] = [cpuSmall];

export const presetNames = presets.map(({name}) => name);

/** The preset of that name. @throws UsageError for one that is not there */
export function presetNamed(name: string): Preset {
	const found = presets.find((preset) => preset.name === name);
	if (found === undefined) {
		throw new UsageError(`Unknown preset \`${name}\`, expected one of ${presetNames.join(', ')}`);
	}
	return found;
}
