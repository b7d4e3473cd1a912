/** What a run is. A directory without a checkpoint, or with one that cannot be read, lacks facts, and says why. */
import {existsSync} from 'node:fs';
import {checkpointConfig, checkpointRun, readCheckpoint, type RunJson} from '../checkpoint';
import {parameterCount, type Gpt2Config} from '../config';
import {bestCheckpoint, lastCheckpoint} from '../directory';
import {messageOf} from '../errors';

/** A name and a value, as text. */
export type Fact = readonly [name: string, value: string];

export interface Facts {
	/** Model, optimizer, data and training, by path. */
	readonly configuration: readonly Fact[];
	readonly optimizer?: string;
	readonly parameters?: number;
	/** The steps that the run is to have. */
	readonly steps?: number;
	/** Where it trains: an instruction set or a GPU. */
	readonly device?: string;
	/** Why there is nothing. */
	readonly absent?: string;
}

/** The facts of a run by what it is made of. @param device instruction set or GPU */
export function factsOf(model: Gpt2Config, run: RunJson, device: string | undefined): Facts {
	const parameters = parameterCount(model);
	return {
		configuration: flatten({model: {...model, parameters}, ...run}),
		optimizer: run.optimizer.name,
		parameters,
		...(Number.isInteger(run.training.steps) ? {steps: run.training.steps} : {}),
		...(device === undefined ? {} : {device}),
	};
}

/** The facts of a directory, from its newest checkpoint. */
export function readFacts(directory: string): Facts {
	const path = [lastCheckpoint(directory), bestCheckpoint(directory)].find((file) => existsSync(file));
	if (path === undefined) {
		return {configuration: [], absent: 'There is no checkpoint yet.'};
	}
	try {
		return factsOf(checkpointConfig(path), checkpointRun(path), readCheckpoint(path).metadata.isa);
	} catch (error) {
		return {configuration: [], absent: messageOf(error)};
	}
}

/** The leaves of an object, by path. */
export function flatten(value: unknown, path = ''): Fact[] {
	if (typeof value !== 'object' || value === null) {
		return [[path, String(value)]];
	}
	const given = Object.entries(value).filter(([, inner]) => inner !== undefined);
	return given.flatMap(([name, inner]) => flatten(inner, path === '' ? name : `${path}.${name}`));
}
