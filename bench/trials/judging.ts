/** What is reached of goal 1: products whose results agree, beside the best rival and beside the peak. */
import type {Answer} from '../protocol';
import type {Race} from '../race';
import {geometricMean, type Spread} from '../statistics';
import type {Row, Trial} from '../trial';

/** A product as a row. */
export interface Product extends Row {
	readonly operations: number;
	/** How many terms each number of the result has. */
	readonly terms: number;
	readonly threads: number;
}

/** A product, measured. */
export interface Found {
	readonly row: Product;
	readonly race: Race;
	/** The best rival. */
	readonly best: string | undefined;
	/** Ours over the best rival's. */
	readonly ratio: Spread | undefined;
	/** Ours over the peak. */
	readonly peak: Spread | undefined;
}

/** Who multiplies operands as they lie: without any of them there is no best rival to speak of. */
const plainRivals = ['oneDNN', 'OpenBLAS'];

const isRival = (name: string) => name !== 'ours' && name !== 'peak';

/** What a race came to, without the times of wrong results. */
export function judge(row: Product, measured: Race): Found {
	const race = measured.without((facts, ours) => disagreement(row, facts, ours));
	const best = race.best([...race.outcomes.keys()].filter(isRival));
	const most = race.outcomes.get('peak')?.facts.operations ?? NaN;
	return {
		row,
		race,
		best,
		ratio: best === undefined ? undefined : race.speedup('ours', best),
		peak: race.share('ours', row.operations, 'peak', most),
	};
}

/** Results of two libraries differ by rounding, which grows as the root of the terms, and no more. */
function disagreement({terms, of}: Product, theirs: Answer, ours: Answer): string | undefined {
	const most = (of.dtype === 'bfloat16' ? 2e-2 : 1e-5) * Math.sqrt(terms);
	for (const end of ['first', 'last'] as const) {
		const [a, b] = [ours[end], theirs[end]];
		if (a !== undefined && b !== undefined && !(Math.abs(a - b) <= most)) {
			return `has a wrong result, ${b} for ${a}`;
		}
	}
	return undefined;
}

/** What the goals are over: the rows that were wanted, of one number of threads, and what was found of them. */
export interface Series {
	/** In words. */
	readonly threads: string;
	readonly wanted: number;
	readonly found: readonly Found[];
}

/** Tells the goals of a series. */
export function summarize(trial: Trial, series: Series): void {
	const {dtype, isa} = trial.settings;
	const found = series.found.filter(({race}) => plainRivals.some((name) => race.seconds(name) !== undefined));
	const mean = (pick: (of: Found) => Spread | undefined, of: readonly Found[] = found) =>
		geometricMean(of.flatMap((each) => pick(each)?.middle ?? []));
	const note = noteOf(series, found);
	const goal = (what: string, measured: number, wanted: number, more = note) =>
		trial.goal({what: `1: ${what}, ${series.threads}`, measured, wanted, note: more});
	const against = (name: string, what: string) => {
		const timed = series.found.filter(({race}) => race.seconds(name) !== undefined);
		goal(
			what,
			mean(({race}) => race.speedup('ours', name), timed),
			0.9,
			noteOf(series, timed),
		);
	};
	if (dtype === 'bfloat16') {
		against('oneDNN packed', 'bf16 products against oneDNN, packed');
	} else if (isa === 'avx2') {
		against('OpenBLAS', 'products held to AVX2 against OpenBLAS');
	} else {
		const some = found.length > 0 && found.length < series.wanted;
		const which = some ? 'the products that were measured' : 'every product';
		const {least, words} = leastOf(found);
		goal(`${which} against the best rival`, least, 0.95, `${words}${note}`);
		const peak = mean(({peak}) => peak, series.found);
		goal('geometric mean of products against the peak', peak, 0.9, measuredOf(series.found, series.wanted));
	}
	const best = mean(({ratio}) => ratio);
	goal('geometric mean against the best rival', best, 0.95);
}

/** Where we are worst beside the best rival. */
function leastOf(found: readonly Found[]): {readonly least: number; readonly words: string} {
	const ratios = found.flatMap(({row, best, ratio}) =>
		ratio === undefined ? [] : [{where: `${row.name}: ${best}`, x: ratio.middle}],
	);
	const least = ratios.sort((a, b) => a.x - b.x)[0];
	const enough = ratios.filter(({x}) => x >= 0.95).length;
	const words = least === undefined ? '' : `least at ${least.where}; ${enough} of ${ratios.length} reach it; `;
	return {least: least?.x ?? NaN, words};
}

/** Who raced, over how many products, and what our times contain. */
function noteOf({found: all, wanted}: Series, found: readonly Found[]): string {
	const timed = all.flatMap(({race}) => [...race.outcomes.keys()].filter((name) => race.seconds(name) !== undefined));
	const names = [...new Set(timed)].filter(isRival);
	const calls = all.flatMap(({race}) => race.outcomes.get('ours')?.facts.overhead ?? []);
	const call = calls.length === 0 ? '' : `, up to ${(1e6 * Math.max(...calls)).toFixed(1)} µs`;
	const beside = names.length === 0 ? 'nobody' : names.join(', ');
	return `beside ${beside}; ${measuredOf(found, wanted)}; times of ours contain the call from JavaScript${call}`;
}

function measuredOf(found: readonly Found[], wanted: number): string {
	return `${found.length} of ${wanted} products measured`;
}
