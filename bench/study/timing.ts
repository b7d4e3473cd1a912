/** What a step costs each optimizer, in turns, one process at a time and nobody beside it. */
import {parameterCount} from 'sophia-native';
import {shuffled} from '../rounds';
import {median} from '../statistics';
import type {Configured} from './entries';
import {digestOf} from './job';
import {nameOf, type Regime} from './regime';
import {readKept, writeJson} from './json';
import type {Study} from './study';

/** The cost of an optimizer's steps in a regime. */
export interface Timing {
	readonly entry: string;
	/** Of the regime: a curvature may be refreshed more often in one than in another. */
	readonly ratio: number;
	/** Of a step, refreshes of the curvature in it, in milliseconds of one processor, by round. */
	readonly step: readonly number[];
	/** The optimizer's part of it. */
	readonly own: readonly number[];
	/** Of the optimizer's state for each parameter; NaN where no run came to its end. */
	readonly stateBytes: number;
}

/** Whole cycles of a curvature that is refreshed every 5, 10, 20 or 40 steps. */
const steps = 200;
const rounds = 7;

/** Times everybody in every regime, one after the other. */
export async function timeAll(study: Study, configured: readonly Configured[]): Promise<readonly Timing[]> {
	const timings: Timing[] = [];
	for (const name of new Set(configured.map(({regime}) => nameOf(regime)))) {
		const here = configured.filter(({regime}) => nameOf(regime) === name);
		timings.push(...(await time(study, here)));
	}
	return timings;
}

/** Times everybody of one regime, or finds what was timed before in this directory. */
export async function time(study: Study, configured: readonly Configured[]): Promise<readonly Timing[]> {
	const {processor, instructionSets, version} = study.machine;
	const names = configured.map(({entry, regime, settings}) => ({entry: entry.name, regime, settings}));
	const path = study.path('timing', `${digestOf({names, processor, instructionSets, version})}.json`);
	const known = readKept(path, timingsOf, (line) => study.once(line));
	if (known !== undefined) {
		return known;
	}
	const turns = configured.map((each) => ({each, step: [] as number[], own: [] as number[], state: [] as number[]}));
	for (let round = 0; round < rounds; round++) {
		for (const {each, step, own, state} of shuffled(turns)) {
			const {entry, regime, settings} = each;
			const run = await study.runner.again({regime, optimizer: entry.candidate.name, settings, seed: 0, steps});
			const taken = run?.losses?.length ?? NaN; // of a short course there are fewer
			step.push((1e3 * (run?.seconds ?? NaN)) / taken);
			own.push((1e3 * (run?.own ?? NaN)) / taken);
			state.push(run?.state ?? NaN);
		}
	}
	const timings = turns.map(({each: {entry, regime}, step, own, state}) => {
		const stateBytes = median(state) / parameterCount(modelOf(regime));
		return {entry: entry.name, ratio: regime.ratio, step, own, stateBytes};
	});
	await writeJson(path, {timings, machine: study.machine});
	return timings;
}

/** What was timed before, of a file. */
function timingsOf(json: unknown): readonly Timing[] | undefined {
	const {timings} = json as {readonly timings?: readonly Timing[]};
	return timings?.every(({step, own}) => Array.isArray(step) && Array.isArray(own)) === true ? timings : undefined;
}

const modelOf = ({shape, length, vocabulary}: Regime) => ({...shape, context: length, vocabulary});
