/** The options that say where a model is put. */
import {dtypes, recomputes, type Placement} from '../config';
import {pick, type Option, type Settings} from './options';

export const placementOptions: readonly Option[] = [
	{name: 'device', kind: 'string', help: 'where to compute: cpu, cuda, cuda:1, auto', standard: 'auto'},
	{name: 'threads', kind: 'number', help: 'threads of the CPU, 0 for all', standard: 0},
	{name: 'isa', kind: 'string', help: 'instruction set of the CPU', standard: 'the best'},
	{name: 'dtype', kind: dtypes, help: 'what activations are stored as', standard: 'float32'},
	{name: 'recompute', kind: recomputes, help: 'activations to make again instead of keeping them', standard: 'none'},
];

/** What the settings say about it. */
export function placement(settings: Settings): Placement {
	return pick(
		settings,
		placementOptions.map(({name}) => name),
	);
}
