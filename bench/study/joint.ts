/**
One data efficiency per optimizer and size: L = β + α (ρ D)^-B with α, β and B shared, so that ρ is the speed-up in
tokens over the reference, whose ρ is 1; or ρ (D/D₀)^κ in its place, where D₀ is the middle of what was measured.

Curves of one optimizer each are ill-conditioned, as arXiv 2602.07712 shows: exponents are shared, and an optimizer has
a rescaling. Which of the two forms is chosen by Akaike's criterion for few data, AICc (Hurvich and Tsai 1989,
https://doi.org/10.1093/biomet/76.2.297); intervals are by the bootstrap over seeds under that form, so what they do not
hold is where the form itself is wrong: `residual` beside `noise` says how far it is.
*/
import {bootstrap, type Estimate, type Resampling} from './bootstrap';
import {dataOf, diverged, grouped, meanOf, noiseOf, type Cell} from './cell';
import {everywhere} from './inference';
import {fitApart, fitShared, type Point, type PowerLaw} from './powerlaw';

/** What a size of model says. */
export interface JointFit {
	/** N. */
	readonly parameters: number;
	/** L = β + α d^-B of the reference, where d is D over 20 N. */
	readonly law: {readonly alpha: number; readonly beta: number; readonly exponent: number};
	/** Whether B is at a bound of what is searched: the data hardly determine it then. */
	readonly bounded: boolean;
	/** Whether efficiencies change with data. */
	readonly varying: boolean;
	/** Of the two forms; Infinity where there are too few cells for it. The lower one is the better. */
	readonly criteria: {readonly constant: number; readonly varying: number};
	/** The standard deviation of what the fit leaves of the means, in nats; NaN where it leaves nothing over. */
	readonly residual: number;
	/** What it would be if nothing but the noise of seeds were left; NaN where that is not known. */
	readonly noise: number;
	/** D₀ over 20 N. */
	readonly middle: number;
	readonly efficiencies: readonly Efficiency[];
	/** Cells that are no part of it. */
	readonly excluded: readonly Excluded[];
}

/** Of an optimizer other than the reference. */
export interface Efficiency {
	readonly optimizer: string;
	/** At D₀, and everywhere unless it varies. */
	readonly rho: Estimate;
	/** 0 unless it varies. */
	readonly kappa: Estimate;
}

/** A cell that is no part of a fit, and why. */
export interface Excluded {
	readonly cell: Cell;
	/** It diverged, or its optimizer's losses do not fall over data. */
	readonly reason: 'diverged' | 'does not fall';
}

/** Why there is no fit of a size. */
export interface NoFit {
	readonly parameters: number;
	readonly reason: string;
	readonly excluded: readonly Excluded[];
}

/** The joint fit of each size of model, in the order in which they come. */
export function jointFits(cells: readonly Cell[], reference: string, options: Resampling = {}): (JointFit | NoFit)[] {
	return [...grouped(cells, ({parameters}) => parameters)].map(([parameters, size]) => {
		const {kept, excluded} = select(size, reference);
		const means = kept.map(({losses}) => meanOf(losses.values()));
		const design = designOf(kept, reference);
		const forms = formsOf(design.curves(means));
		if (forms === undefined) {
			const reason = `the losses of ${reference} are to fall over three amounts of data at least`;
			return {parameters, reason, excluded};
		}
		const efficiencies = efficienciesOf(kept, design, forms, options);
		return {parameters, ...described(design, forms, means), efficiencies, excluded};
	});
}

/** The cells that are fitted. One that gets worse with data has no α, and must not spoil the fit of the others. */
function select(size: readonly Cell[], reference: string): {kept: readonly Cell[]; excluded: readonly Excluded[]} {
	const sound = size.filter(({losses}) => !diverged(losses) && losses.size > 0);
	const falls = (name: string) => {
		const pair = sound.filter(({optimizer}) => optimizer === name || optimizer === reference);
		const means = pair.map(({losses}) => meanOf(losses.values()));
		return fitShared(designOf(pair, reference).curves(means)) !== undefined;
	};
	const names = new Set(sound.map(({optimizer}) => optimizer).filter((name) => name === reference || falls(name)));
	const kept = sound.filter(({optimizer}) => names.has(optimizer));
	const excluded = size
		.filter((cell) => !kept.includes(cell))
		.map((cell) => ({cell, reason: sound.includes(cell) ? 'does not fall' : 'diverged'}) as const);
	return {kept, excluded};
}

/** How means become curves: of the reference first. */
interface Design {
	/** Optimizers in the order of their curves. */
	readonly names: readonly string[];
	readonly curves: (means: readonly number[]) => Point[][];
	/** The geometric mean of the data, D₀. */
	readonly middle: number;
	/** σ of the mean of a cell, over all cells. */
	readonly noise: number;
}

/**
A mean weighs what its seeds do. σ counts as one for all regimes of a size: of few seeds each regime's own is so
uncertain that weights of 1/σ² by it add more noise than they take, and make intervals that hold too little.
*/
function designOf(cells: readonly Cell[], reference: string): Design {
	const names = [...new Set([reference, ...cells.map(({optimizer}) => optimizer)])];
	const places = cells.map((cell) => ({curve: names.indexOf(cell.optimizer), data: dataOf(cell)}));
	const seeds = cells.reduce((sum, {losses}) => sum + losses.size, 0) / cells.length;
	const weights = cells.map(({losses}) => losses.size / seeds);
	const curves = (means: readonly number[]) => {
		const points: Point[][] = names.map(() => []);
		for (const [i, {curve, data}] of places.entries()) {
			points[curve]?.push({data, loss: means[i] ?? NaN, weight: weights[i] ?? NaN});
		}
		return points;
	};
	const logarithms = [...new Set(places.map(({data}) => data))].map(Math.log);
	const middle = Math.exp(logarithms.reduce((sum, log) => sum + log, 0) / logarithms.length);
	const inverse = cells.reduce((sum, {losses}) => sum + 1 / losses.size, 0) / cells.length;
	return {names, curves, middle, noise: noiseOf(cells) * Math.sqrt(inverse)};
}

/** The two forms of the law, and which is chosen. */
interface Forms {
	readonly constant: PowerLaw;
	readonly chosen: PowerLaw;
	readonly criteria: JointFit['criteria'];
	/** Parameters of the chosen one. */
	readonly size: number;
}

function formsOf(curves: readonly (readonly Point[])[]): Forms | undefined {
	const constant = fitShared(curves);
	if (constant === undefined) {
		return undefined;
	}
	const [few, many] = [curves.length + 2, 2 * curves.length + 1];
	const count = curves.flat().length;
	const varying = count > many + 2 ? fitApart(curves) : undefined;
	const criteria = {
		constant: criterion(constant.squares, count, few),
		varying: varying === undefined ? Infinity : criterion(varying.squares, count, many),
	};
	return varying !== undefined && criteria.varying < criteria.constant
		? {constant, chosen: varying, criteria, size: many}
		: {constant, chosen: constant, criteria, size: few};
}

/** AICc, with the variance as one more parameter. What is left is at least a millionth of a nat: losses say no more. */
function criterion(squares: number, count: number, parameters: number): number {
	const k = parameters + 1;
	const correction = count > k + 1 ? (2 * k * (k + 1)) / (count - k - 1) : Infinity;
	return count * Math.log(Math.max(squares / count, 1e-12)) + 2 * k + correction;
}

/** ρ and κ of each optimizer but the first: α (ρ d (d/D₀)^κ)^-B is its curve, where α and B are the first one's. */
function rescalings({alphas, exponents}: PowerLaw, middle: number): {rhos: number[]; kappas: number[]} {
	const [alpha = NaN, exponent = NaN] = [alphas[0], exponents[0]];
	const kappas = exponents.slice(1).map((own) => own / exponent - 1);
	const rhos = alphas
		.slice(1)
		.map((own, i) => ((own / alpha) * middle ** (-exponent * (kappas[i] ?? NaN))) ** (-1 / exponent));
	return {rhos, kappas};
}

function efficienciesOf(cells: readonly Cell[], design: Design, forms: Forms, options: Resampling): Efficiency[] {
	const {names, curves, middle} = design;
	const fit = forms.chosen === forms.constant ? fitShared : fitApart;
	const missing = names.slice(1).flatMap(() => [NaN, NaN]);
	const statistic = (means: readonly number[]) => {
		const law = fit(curves(means));
		const found = law && rescalings(law, middle);
		return found ? [...found.rhos, ...found.kappas] : missing;
	};
	const estimates = bootstrap(cells, statistic, options);
	const at = (place: number) => estimates[place] ?? {value: NaN, interval: everywhere, deviation: NaN, failed: 1};
	return names.slice(1).map((optimizer, i) => ({optimizer, rho: at(i), kappa: at(names.length - 1 + i)}));
}

/** What the fit is, and how far the means lie from it. */
function described(
	{curves, middle, noise}: Design,
	{constant, chosen, criteria, size}: Forms,
	means: readonly number[],
) {
	const [alpha = NaN, exponent = NaN] = [chosen.alphas[0], chosen.exponents[0]];
	const fitted = (curve: number, data: number) =>
		chosen.beta + (chosen.alphas[curve] ?? NaN) * data ** -(chosen.exponents[curve] ?? NaN);
	const left = curves(means).flatMap((points, curve) => points.map(({data, loss}) => loss - fitted(curve, data)));
	const squares = left.reduce((sum, each) => sum + each * each, 0);
	return {
		law: {alpha, beta: chosen.beta, exponent},
		bounded: chosen.bounded,
		varying: chosen !== constant,
		criteria,
		residual: left.length > size ? Math.sqrt(squares / (left.length - size)) : NaN,
		noise,
		middle,
	};
}
