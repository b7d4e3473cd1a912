/** Speed-ups in tokens, regime by regime, with no model but the reference's own curve. */
import {bootstrap, type Resampling} from './bootstrap';
import {dataOf, grouped, meanOf, noiseOf, type Cell} from './cell';
import {curveOf, slope, speedup, type Bounded} from './curve';
import {parametersOf, type Regime} from './regime';

/** How many times as much data the reference takes to the loss that an optimizer has in a regime. */
export interface Speedup {
	readonly cell: Cell;
	readonly tokens: Bounded;
	/** 95 %, by the bootstrap over seeds; an end that lies beyond what was measured of the reference is a bound. */
	readonly low: Bounded;
	readonly high: Bounded;
	/** The share of resamples without a number. */
	readonly failed: number;
}

/**
The speed-up of each cell over the reference of its size, as arXiv 2509.02046 defines it, D_eff / D, but interpolated:
`curve.ts` says how. At the reference's largest ratio no speed-up above 1 is more than "> 1".
*/
export function speedups(cells: readonly Cell[], reference: string, options: Resampling = {}): Speedup[] {
	return [...grouped(cells, ({parameters}) => parameters).values()].flatMap((size) => ofSize(size, reference, options));
}

function ofSize(cells: readonly Cell[], reference: string, options: Resampling): Speedup[] {
	const noise = noiseOf(cells);
	const own = cells.flatMap((cell, i) => {
		const sigma = noise / Math.sqrt(cell.losses.size);
		return cell.optimizer === reference ? [{i, data: dataOf(cell), sigma}] : [];
	});
	const others = cells.flatMap((cell, i) => (cell.optimizer === reference ? [] : [{i, cell, data: dataOf(cell)}]));
	const found = (means: readonly number[]) => {
		const curve = curveOf(own.map(({i, data, sigma}) => ({data, sigma, loss: means[i] ?? NaN})));
		return others.map(({i, data}) => speedup(curve, means[i] ?? NaN, data));
	};
	const bounds = found(cells.map(({losses}) => meanOf(losses.values())));
	const estimates = bootstrap(cells, (means) => found(means).map(encoded), options);
	const [first, last] = [Math.min(...own.map(({data}) => data)), Math.max(...own.map(({data}) => data))];
	return others.map(({cell, data}, i) => {
		const {interval, failed} = estimates[i] ?? {interval: {low: 0, high: Infinity}, failed: 1};
		const decoded = (end: number): Bounded =>
			end <= 0
				? {relation: '<', value: first / data}
				: end === Infinity
					? {relation: '>', value: last / data}
					: {relation: '=', value: end};
		const tokens = bounds[i] ?? {relation: '=', value: NaN};
		return {cell, tokens, low: decoded(interval.low), high: decoded(interval.high), failed};
	});
}

/** As a number that is in order with all others: what is beyond a bound is beyond everything there. */
function encoded({relation, value}: Bounded): number {
	return Number.isNaN(value) || relation === '=' ? value : relation === '<' ? 0 : Infinity;
}

/** dL / d ln D of the reference in a regime, by the curve of its final losses; NaN where it has none there. */
export function slopeIn(cells: readonly Cell[], reference: string, {shape, ratio}: Regime): number {
	const own = cells.filter((cell) => cell.optimizer === reference && cell.parameters === parametersOf(shape));
	const here = own.find((cell) => cell.ratio === ratio);
	const noise = noiseOf(own);
	const means = own.map((cell) => ({
		data: dataOf(cell),
		loss: meanOf(cell.losses.values()),
		sigma: noise / Math.sqrt(cell.losses.size),
	}));
	return here === undefined ? NaN : slope(curveOf(means), dataOf(here));
}
