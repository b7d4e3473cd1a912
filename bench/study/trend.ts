/** How a data efficiency goes with the size of the model: ln ρ = a + b ln N, by weighted least squares. */
import {confidence, everywhere, type Interval} from './inference';
import {studentQuantile} from './student';

/** The efficiency of an optimizer at a size. */
export interface SizedEfficiency {
	/** N. */
	readonly parameters: number;
	/** ρ above 0, and its standard deviation; where one of those is not known, all sizes count the same. */
	readonly rho: {readonly value: number; readonly deviation: number};
}

/** The line. */
export interface Trend {
	/** b: how ln ρ goes with ln N. */
	readonly slope: number;
	/** 95 % of it. */
	readonly interval: Interval;
	/** Sizes that it rests on. */
	readonly sizes: number;
	/** The smallest and the largest N. */
	readonly range: Interval;
	/** Of the line at some N. */
	readonly at: (parameters: number) => {readonly rho: number; readonly interval: Interval};
}

/**
The trend of an optimizer; undefined with fewer than two sizes that have an efficiency.

Its interval is what the noise of the efficiencies makes of it, times the scale of their scatter about the line where
that is more than the noise explains (Birge 1932, https://doi.org/10.1103/PhysRev.40.207). Where the noise is not known
the scatter is all there is, by Student's t: then two sizes bound nothing.
*/
export function trendOf(efficiencies: readonly SizedEfficiency[]): Trend | undefined {
	const points = efficiencies
		.filter(({rho: {value}}) => value > 0 && value < Infinity)
		.map(({parameters, rho}) => ({x: Math.log(parameters), y: Math.log(rho.value), sigma: rho.deviation / rho.value}));
	const xs = points.map(({x}) => x);
	if (new Set(xs).size < 2) {
		return undefined;
	}
	const known = points.every(({sigma}) => sigma > 0 && sigma < Infinity);
	const weights = points.map(({sigma}) => (known ? sigma ** -2 : 1));
	const sum = (term: (x: number, y: number) => number) =>
		points.reduce((total, {x, y}, i) => total + (weights[i] ?? NaN) * term(x, y), 0);
	const weight = sum(() => 1);
	const [middle, level] = [sum((x) => x) / weight, sum((_x, y) => y) / weight];
	const across = sum((x) => (x - middle) ** 2);
	const slope = sum((x, y) => (x - middle) * (y - level)) / across;
	const scatter = sum((x, y) => (y - level - slope * (x - middle)) ** 2);
	const reach = reachOf(scatter, points.length, known);
	const range = {low: Math.exp(Math.min(...xs)), high: Math.exp(Math.max(...xs))};
	const at = (parameters: number) => {
		const x = Math.log(parameters) - middle;
		const [value, width] = [level + slope * x, reach * Math.sqrt(1 / weight + (x * x) / across)];
		return {rho: Math.exp(value), interval: {low: Math.exp(value - width), high: Math.exp(value + width)}};
	};
	return {slope, interval: around(slope, reach / Math.sqrt(across)), sizes: points.length, range, at};
}

/** Standard errors, at weights of 1/σ², to either side of an estimate. */
function reachOf(scatter: number, count: number, known: boolean): number {
	const part = (1 + confidence) / 2;
	const scale = count > 2 ? Math.sqrt(scatter / (count - 2)) : NaN;
	const reach = known
		? studentQuantile(part, Infinity) * Math.max(1, scale || 1)
		: studentQuantile(part, count - 2) * scale;
	return reach > 0 ? reach : Infinity;
}

function around(value: number, width: number): Interval {
	return width === Infinity ? everywhere : {low: value - width, high: value + width};
}

/** What the trend says of a size. */
export type Outlook =
	| {
			readonly parameters: number;
			readonly rho: number;
			readonly interval: Interval;
			/** How many times beyond the measured sizes it is; 1 within them. */
			readonly extrapolation: number;
	  }
	| {readonly parameters: number; readonly extrapolation: number; readonly refused: string};

/** How many times beyond what was measured a line is taken at its word. */
const farthest = 4;

/**
The efficiency at a size. More than four times beyond the measured ones it is refused: a line through sizes that lie
close together says nothing there, as the study's own, which has every gain end at 7 B, is an extrapolation by six.

@param extrapolate says it all the same
*/
export function outlook(trend: Trend, parameters: number, {extrapolate = false} = {}): Outlook {
	const extrapolation = Math.max(1, parameters / trend.range.high, trend.range.low / parameters);
	if (extrapolation > farthest && !extrapolate) {
		const [n, factor] = [parameters.toLocaleString('en'), extrapolation.toFixed(1)];
		const refused = `${n} parameters are ${factor} times beyond what was measured, more than ${farthest}`;
		return {parameters, extrapolation, refused};
	}
	return {parameters, ...trend.at(parameters), extrapolation};
}
