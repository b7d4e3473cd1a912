/** Newton and Schulz's iteration, as a step of Muon over one matrix, against a matrix product of the same shape. */
import {renamed, wantedOf} from '../options';
import {digits, shown} from '../race';
import type {Column} from '../report';
import {ours} from '../rivals/ours';
import type {Setting} from '../rivals/rival';
import type {Trial} from '../trial';

/** The matrices of GPT-2 124M: attention's output, one of its projections, and both of the perceptron's. */
const matrices = [
	[768, 768],
	[768, 3072],
	[3072, 768],
] as const;

/** Muon's own. */
const iterations = 5;

/**
Floating-point operations of the iterations: X Xᵀ, A A and the polynomial times X. Every product is counted whole, although
two of them are symmetric.
*/
export function orthogonalOperations(rows: number, columns: number): number {
	const [short, long] = [Math.min(rows, columns), Math.max(rows, columns)];
	return iterations * (4 * short * short * long + 2 * short ** 3);
}

const wanted = 0.8;

const names = {muon: 'Muon', product: 'product'} as const;

const columns: readonly Column[] = [
	{title: 'Newton-Schulz, GFLOP/s', width: 24, left: true},
	{title: 'ms', width: 8},
	{title: names.muon, width: 8},
	{title: names.product, width: 8},
	{title: 'of the product', width: 18},
];

/** @param seconds of a turn, at least */
export async function orthogonalPart(trial: Trial, setting: Setting, seconds: number): Promise<void> {
	const all = matrices.map(([rows, width]) => ({name: `Newton-Schulz ${rows}×${width}`, rows, width}));
	const chosen = wantedOf(all, trial.settings);
	if (trial.expect(chosen.length) === 0) {
		return;
	}
	using team = await trial.start(setting, renamed(ours, Object.values(names)));
	trial.report.table(columns);
	for (const {name, rows, width} of chosen) {
		const {threads} = setting;
		const muon = {kind: 'optimizer', optimizer: 'muon', sizes: `${rows}x${width}`, threads};
		const short = Math.min(rows, width);
		const product = {
			kind: 'product',
			...{rows: short, in: short, out: Math.max(rows, width), product: 'y', dtype: 'float32', threads},
		};
		const caseOf = (who: string) => (who === names.muon ? muon : product);
		const race = await trial.race(team, {name, of: muon, caseOf}, seconds);
		const [own, whole] = [orthogonalOperations(rows, width), 2 * product.rows * product.in * product.out];
		const share = race.share(names.muon, own, names.product, whole);
		const rate = (who: string, operations: number) => digits(operations / 1e9 / (race.seconds(who) ?? NaN), 1);
		const ms = digits(1e3 * (race.seconds(names.muon) ?? NaN), 3);
		trial.report.row([name, ms, rate(names.muon, own), rate(names.product, whole), shown(share)]);
		trial.tellReasons(race);
		const measured = share?.middle ?? NaN;
		trial.goal({what: `${name}, a step of Muon, against a product`, measured, wanted, note: 'all of the step counts'});
	}
}
