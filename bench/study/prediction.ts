/** What tuned configurations say of a regime that was not tuned, and what a star there says of that. */
import type {Axis} from '../candidates/axes';
import type {Candidate, Settings} from '../candidates/candidate';
import type {Certificate} from './certificate';
import {lawOf, predict, type HyperparameterLaw, type Prediction} from './law';
import {parametersOf, tokensOf, type Regime} from './regime';
import {neighbours} from './star';
import type {Study} from './study';

/** A setting that was predicted. */
export interface Predicted extends Prediction {
	readonly setting: string;
	readonly form: HyperparameterLaw['form'];
}

/** A configuration that was predicted and verified. */
export interface Verified {
	readonly candidate: Candidate;
	readonly predicted: readonly Predicted[];
	readonly settings: Settings;
	/** Over the learning rate, around the prediction. */
	readonly rates: readonly {readonly value: number; readonly loss: number}[];
	/** Where the least of those losses is. */
	readonly best: number;
	/** By how much the prediction is worse than that, in nats. */
	readonly gap: number;
}

/** The seed of the searches. */
const seed = 0;

/** The configuration that the laws of its settings say for a regime. */
export function predictSettings(
	{axes, published}: Candidate,
	certificates: readonly Certificate[],
	regime: Regime,
): {readonly settings: Settings; readonly predicted: readonly Predicted[]} {
	const predicted = axes.flatMap((axis) => predictSetting(axis, certificates, regime));
	const values = Object.fromEntries(predicted.map(({setting, value}) => [setting, value]));
	return {settings: {...published, ...values}, predicted};
}

function predictSetting(axis: Axis, certificates: readonly Certificate[], regime: Regime): readonly Predicted[] {
	const optima = certificates.map(({regime: {shape}, regime: there, best}) => ({
		parameters: parametersOf(shape),
		tokens: tokensOf(there),
		value: best[axis.name] ?? NaN,
	}));
	const law = lawOf(optima);
	if (law === undefined) {
		return [];
	}
	const place = {parameters: parametersOf(regime.shape), tokens: tokensOf(regime)};
	return [{setting: axis.name, form: law.form, ...predict(law, place, (value) => snap(axis, value))}];
}

/** The value of an axis that is nearest: by its factor, or by its distance where there is a 0. */
function snap({grid, next, previous}: Pick<Axis, 'grid' | 'next' | 'previous'>, wanted: number): number {
	const far = (value: number) =>
		value > 0 && wanted > 0 ? Math.abs(Math.log(value / wanted)) : Math.abs(value - wanted) * Number.MAX_SAFE_INTEGER;
	let best = grid.reduce((least, value) => (far(value) < far(least) ? value : least));
	for (const step of [next, previous]) {
		for (let value = step(best); value !== undefined && far(value) < far(best); value = step(value)) {
			best = value;
		}
	}
	return best;
}

/** Predicts, and runs what was predicted beside half and twice the rate. */
export async function verify(
	study: Study,
	candidate: Candidate,
	certificates: readonly Certificate[],
	regime: Regime,
): Promise<Verified> {
	const {settings, predicted} = predictSettings(candidate, certificates, regime);
	const axis = candidate.axes.find(({name}) => name === 'learningRate');
	const beside = axis === undefined ? [] : neighbours(settings, axis);
	const tried = [settings, ...beside].sort((a, b) => a.learningRate - b.learningRate);
	study.expect(regime, tried.length);
	const losses = await study.losses(regime, candidate, tried, seed);
	const rates = tried.map(({learningRate: value}, i) => ({value, loss: losses[i] ?? NaN}));
	const least = Math.min(...losses.filter(Number.isFinite));
	const here = rates.find(({value}) => value === settings.learningRate)?.loss ?? NaN;
	const best = rates.find(({loss}) => loss === least)?.value ?? NaN;
	return {candidate, predicted, settings, rates, best, gap: here - least};
}
