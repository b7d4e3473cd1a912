/** How many times as far each optimizer gets with its data, by size, and where that goes. */
import type {Candidate} from '../candidates/candidate';
import type {Comparison} from '../study/comparison';
import type {Section, Table} from '../study/document';
import {jointFits, type JointFit, type NoFit} from '../study/joint';
import type {Shape} from '../study/regime';
import {columns} from './columns';
import {ends, trendsOf, type Contender} from './trends';
import {nats} from './words';

const digits = 3;

/** @param extrapolate a size of which something is said however far beyond the measured ones it lies */
export function scalingSection({cells, entries}: Pick<Comparison, 'cells' | 'entries'>, extrapolate?: Shape): Section {
	const reference = entries[0]?.title ?? '';
	const fits = jointFits(cells, reference);
	const found = fits.filter((fit): fit is JointFit => 'efficiencies' in fit);
	const missing = fits.filter((fit): fit is NoFit => 'reason' in fit);
	const contenders = contendersOf(entries, found);
	const trends = trendsOf(contenders, extrapolate);
	return {
		title: 'Data efficiency',
		paragraphs: [
			`One law for all of a size, L = β + α (ρ D)^-B, with a factor ρ of each optimizer: ${reference} has 1. ` +
				`Intervals are 95 %, by drawing seeds anew. The law is a model; the speed-ups above need none.`,
			...found.map(lawInWords),
			...missing.map(({parameters, reason}) => `${parameters.toLocaleString('en')} parameters: no fit, ${reason}.`),
			...familiesInWords(contenders),
			...trends.paragraphs,
		],
		tables: [factorTable(contenders), ...trends.tables],
		charts: trends.charts,
	};
}

/** Everybody but the reference: those that move single elements, then those that move whole matrices. */
function contendersOf(entries: Comparison['entries'], fits: readonly JointFit[]): readonly Contender[] {
	const all = entries.slice(1).map(({title, candidate: {family}}) => ({
		title,
		family,
		efficiencies: fits.flatMap(({parameters, efficiencies}) =>
			efficiencies.filter(({optimizer}) => optimizer === title).map((each) => ({...each, parameters})),
		),
	}));
	return [...all.filter(({family}) => family === 'scalar'), ...all.filter(({family}) => family === 'matrix')];
}

function lawInWords({parameters, law, bounded, varying, residual, noise, excluded}: JointFit): string {
	const {alpha, beta, exponent} = law;
	return (
		`${parameters.toLocaleString('en')} parameters: β ${nats(beta)}, α ${nats(alpha)} at one twentieth, ` +
		`B ${exponent.toFixed(digits)}${bounded ? ', which is a bound of what is searched: the data hardly say' : ''}; ` +
		`factors ${varying ? 'change with data as D^κ' : 'are the same at all ratios'}; what is left of the means is ` +
		`${nats(residual)} nats where seeds alone would leave ${nats(noise)}` +
		`${excluded.map(({cell, reason}) => `; ${cell.optimizer} at ratio ${cell.ratio} is left out: ${reason}`).join('')}.`
	);
}

/** The factors of both families beside each other; nothing where one of them is nobody's. */
function familiesInWords(contenders: readonly Contender[]): readonly string[] {
	const range = (wanted: Candidate['family']) => {
		const rhos = contenders
			.filter(({family}) => family === wanted)
			.flatMap(({efficiencies}) => efficiencies.map(({rho}) => rho.value))
			.filter(Number.isFinite);
		return rhos.length === 0
			? undefined
			: `${Math.min(...rhos).toFixed(digits)} to ${Math.max(...rhos).toFixed(digits)}`;
	};
	const [scalar, matrix] = [range('scalar'), range('matrix')];
	return scalar === undefined || matrix === undefined
		? []
		: [`Optimizers that move single elements have factors of ${scalar}, those that move whole matrices of ${matrix}.`];
}

const factorTable = (contenders: readonly Contender[]): Table => ({
	caption: 'Factors of data',
	columns: columns(['optimizer', 'family'], ['parameters', 'ρ', '95 %', 'κ', 'fits that failed']),
	rows: contenders.flatMap(({title, family, efficiencies}) =>
		efficiencies.map(({parameters, rho, kappa}) => [
			title,
			family,
			parameters.toLocaleString('en'),
			rho.value.toFixed(digits),
			ends(rho.interval),
			kappa.value.toFixed(digits),
			`${(100 * rho.failed).toFixed(1)} %`,
		]),
	),
});
