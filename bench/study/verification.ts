/** What a star in a regime says of the configuration that was predicted for it. */
import type {Axis} from '../candidates/axes';
import type {Candidate, Settings} from '../candidates/candidate';
import type {Certificate} from './certificate';
import {Points} from './points';
import {holdOut, predictSettings, type HeldOutSetting, type Predicted} from './prediction';
import type {Regime} from './regime';
import {searchSeed as seed} from './seeds';
import {neighbours, starOf} from './star';
import type {Study} from './study';
import {witnessesOf} from './witnesses';

/** A configuration that was predicted and verified. */
export interface Verified {
	readonly candidate: Candidate;
	/** Nothing where no certificate counts: then nothing was run either. */
	readonly predicted: readonly Predicted[];
	/** Why certificates were left out. */
	readonly left: readonly string[];
	/** How far off the laws are in the largest regime that was tuned. */
	readonly heldOut: readonly HeldOutSetting[];
	readonly settings: Settings;
	/** Over the learning rate, in its order, around the prediction. */
	readonly rates: readonly {readonly value: number; readonly loss: number}[];
	/** Where the least of those losses is; NaN where no run went well. */
	readonly best: number;
	/** Whether rates on both sides of it were run. */
	readonly interior: boolean;
	/** By how much the prediction is worse than that, in nats. */
	readonly gap: number;
}

/** Runs beside the prediction and its neighbours, for a best rate that lies farther off. */
const mostBeyond = 6;
const fewest = 3;

/** Predicts, and runs what was predicted, with half and twice the rate and beyond, until the best is between others. */
export async function verify(
	study: Study,
	candidate: Candidate,
	certificates: readonly Certificate[],
	regime: Regime,
): Promise<Verified> {
	const {kept, left} = await witnessesOf(study, certificates, regime);
	const {settings, predicted} = predictSettings(candidate, kept, regime);
	const heldOut = holdOut(candidate, kept);
	const axis = candidate.axes.find(({name}) => name === 'learningRate');
	const common = {candidate, predicted, left, heldOut, settings};
	if (axis === undefined || predicted.length === 0) {
		return {...common, rates: [], best: NaN, interior: false, gap: NaN};
	}
	const evaluate = (wanted: readonly Settings[], from: number) => {
		study.expect(regime, wanted.length);
		return study.losses(regime, candidate, wanted, from);
	};
	const points = new Points(evaluate, fewest + mostBeyond);
	await points.try([settings, ...neighbours(settings, axis)], seed);
	return {...common, ...(await descend(points, settings, axis))};
}

/** Runs rates beside the best, as long as there are runs, until none is missing. */
async function descend(points: Points, settings: Settings, axis: Axis) {
	const missing = (centre: Settings) => neighbours(centre, axis).filter((each) => !points.has(each, seed));
	let best = bestOf(points, settings, axis);
	for (; points.left > 0 && missing(best).length > 0; best = bestOf(points, best, axis)) {
		await points.try(missing(best), seed);
	}
	const least = points.loss(best, seed);
	const isFound = Number.isFinite(least);
	return {
		rates: ratesOf(points, settings, axis),
		best: isFound ? best.learningRate : NaN,
		interior: isFound && missing(best).length === 0,
		gap: isFound ? points.loss(settings, seed) - least : NaN,
	};
}

const ratesOf = (points: Points, settings: Settings, axis: Axis) =>
	starOf(points.all(), settings, [axis], seed)[0]?.points ?? [];

/** The one of less loss, if there is one; where the best so far did not go well, from the lowest rate on. */
function bestOf(points: Points, best: Settings, axis: Axis): Settings {
	const rates = ratesOf(points, best, axis);
	const loss = ({value}: {readonly value: number}) => {
		const found = points.loss({...best, learningRate: value}, seed);
		return Number.isNaN(found) ? Infinity : found;
	};
	const here = {value: best.learningRate};
	const first = loss(here) < Infinity ? here : (rates[0] ?? here);
	const least = rates.reduce((low, each) => (loss(each) < loss(low) ? each : low), first);
	return {...best, learningRate: least.value};
}
