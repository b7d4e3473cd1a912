/** What tuned configurations say of a regime that was not tuned, setting by setting. */
import type {Axis} from '../candidates/axes';
import type {Candidate, Settings} from '../candidates/candidate';
import type {Certificate} from './certificate';
import {heldOut, type HeldOut} from './heldout';
import {lawOf, predict, quantities, type HyperparameterLaw, type Optimum, type Prediction} from './law';
import {parametersOf, tokensOf, type Regime} from './regime';

/** A setting that was predicted. */
export interface Predicted extends Prediction {
	readonly axis: Axis;
	/** `carried` where no search looked at it: it stays what it was there. */
	readonly form: HyperparameterLaw['form'] | 'carried';
	/** Regimes in which it was searched. */
	readonly regimes: number;
}

/** The largest regime's optimum of a setting, predicted from the others. */
export interface HeldOutSetting extends HeldOut {
	readonly axis: Axis;
}

/** The configuration that the laws of its settings say for a regime. */
export function predictSettings(
	{axes, published}: Candidate,
	certificates: readonly Certificate[],
	regime: Regime,
): {readonly settings: Settings; readonly predicted: readonly Predicted[]} {
	const predicted = axes.flatMap((axis) => predictSetting(axis, certificates, regime));
	const values = Object.fromEntries(predicted.map(({axis, value}) => [axis.name, value]));
	return {settings: {...published, ...values}, predicted};
}

function predictSetting(axis: Axis, certificates: readonly Certificate[], regime: Regime): readonly Predicted[] {
	const optima = optimaOf(axis, searchedIn(axis, certificates));
	const place = {parameters: parametersOf(regime.shape), tokens: tokensOf(regime)};
	const law = lawOf(optima, axis.fitted) ?? lawOf(optimaOf(axis, certificates), 'mode');
	if (law === undefined) {
		return [];
	}
	const form = optima.length === 0 ? 'carried' : law.form;
	return [{axis, form, regimes: optima.length, ...predict(law, place, snapFor(axis, law.form))}];
}

/** Every setting's largest regime, predicted from the others, where it was searched in three at least. */
export function holdOut({axes}: Candidate, certificates: readonly Certificate[]): readonly HeldOutSetting[] {
	return axes.flatMap((axis) => {
		const optima = optimaOf(axis, searchedIn(axis, certificates));
		const found = heldOut(optima, (value) => snap(axis, value), axis.fitted);
		return found === undefined ? [] : [{axis, ...found}];
	});
}

/** What was copied from elsewhere is no optimum. */
const searchedIn = ({name}: Axis, certificates: readonly Certificate[]) =>
	certificates.filter(({searched}) => searched.includes(name));

const optimaOf = ({name}: Axis, certificates: readonly Certificate[]): readonly Optimum[] =>
	certificates.map(({regime, best}) => ({
		parameters: parametersOf(regime.shape),
		tokens: tokensOf(regime),
		value: best[name] ?? NaN,
	}));

/** The most frequent value is one of the line already. */
const snapFor = (axis: Axis, form: HyperparameterLaw['form']) => (value: number) =>
	form === 'mode' ? value : snap(axis, value);

/** The value of an axis that is nearest, by the factor of what is fitted. */
function snap({grid, next, previous, fitted}: Axis, wanted: number): number {
	const {of} = quantities[fitted === 'mode' ? 'value' : fitted];
	const far = (value: number) => (of(value) > 0 ? Math.abs(Math.log(of(value) / of(wanted))) : Infinity);
	let best = grid.reduce((least, value) => (far(value) < far(least) ? value : least));
	for (const step of [next, previous]) {
		for (let value = step(best); value !== undefined && far(value) < far(best); value = step(value)) {
			best = value;
		}
	}
	return best;
}
