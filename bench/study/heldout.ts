/** How far off a law is: the regime of the most computation, predicted from all others, as arXiv 2509.02046 has it. */
import type {Fitted} from '../candidates/axes';
import {computationOf, lawOf, predict, quantities, type HyperparameterLaw, type Optimum, type Prediction} from './law';

/** An optimum that was kept from the law, and what the law says of it. */
export interface HeldOut extends Prediction {
	readonly optimum: Optimum;
	readonly form: HyperparameterLaw['form'];
	/** Of the prediction before the grid. */
	readonly error: number;
}

/** A law of one optimum says that nothing ever changes. */
const leastOthers = 2;

/** Predicts the largest regime; undefined where there are not two others at least. */
export function heldOut(
	optima: readonly Optimum[],
	snap: (value: number) => number,
	fitted: Fitted = 'value',
): HeldOut | undefined {
	const [optimum, ...others] = [...optima].sort((a, b) => computationOf(b) - computationOf(a));
	const law = lawOf(others, fitted);
	if (optimum === undefined || law === undefined || others.length < leastOthers) {
		return undefined;
	}
	const prediction = predict(law, optimum, snap);
	return {...prediction, optimum, form: law.form, error: relativeError(prediction.raw, optimum.value, fitted)};
}

/** How far a prediction is from the optimum that was found, as a part of that, in what the law is of. */
export function relativeError(predicted: number, found: number, fitted: Fitted = 'value'): number {
	const {of} = quantities[fitted === 'mode' ? 'value' : fitted];
	return predicted === found ? 0 : Math.abs(of(predicted) / of(found) - 1);
}
