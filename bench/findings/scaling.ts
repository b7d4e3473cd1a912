/** How many times as far each optimizer gets with its data, by size, and where that goes. */
import {candidates} from '../candidates/index';
import type {Comparison} from '../study/comparison';
import type {Section} from '../study/document';
import {jointFits, type JointFit, type NoFit} from '../study/joint';
import {columns} from './columns';
import {nats} from './words';

const digits = 3;

export function scalingSection({cells, entries}: Pick<Comparison, 'cells' | 'entries'>): Section {
	const reference = entries[0]?.title ?? '';
	const fits = jointFits(cells, reference);
	const found = fits.filter((fit): fit is JointFit => 'efficiencies' in fit);
	const missing = fits.filter((fit): fit is NoFit => 'reason' in fit);
	return {
		title: 'Data efficiency',
		paragraphs: [
			`One law for all of a size, L = β + α (ρ D)^-B, with a factor ρ of each optimizer: ${reference} has 1. ` +
				`Intervals are 95 %, by drawing seeds anew. The law is a model; the speed-ups above need none.`,
			...found.map(lawInWords),
			...missing.map(({parameters, reason}) => `${parameters.toLocaleString('en')} parameters: no fit, ${reason}.`),
		],
		tables: [
			{
				caption: 'Factors of data',
				columns: columns([], ['parameters'], ['optimizer', 'family'], ['ρ', '95 %', 'κ', 'fits that failed']),
				rows: found.flatMap(({parameters, efficiencies}) =>
					efficiencies.map(({optimizer, rho, kappa}) => [
						parameters.toLocaleString('en'),
						optimizer,
						candidates.find(({title}) => title === optimizer)?.family ?? '',
						rho.value.toFixed(digits),
						`${rho.interval.low.toFixed(digits)} to ${rho.interval.high.toFixed(digits)}`,
						kappa.value.toFixed(digits),
						`${(100 * rho.failed).toFixed(1)} %`,
					]),
				),
			},
		],
		charts: [],
	};
}

function lawInWords({parameters, law, bounded, varying, residual, noise, excluded}: JointFit): string {
	const {alpha, beta, exponent} = law;
	return (
		`${parameters.toLocaleString('en')} parameters: β ${nats(beta)}, α ${nats(alpha)} at one twentieth, B ${exponent.toFixed(digits)}` +
		`${bounded ? ', which is a bound of what is searched: the data hardly say' : ''}; factors ` +
		`${varying ? 'change with data as D^κ' : 'are the same at all ratios'}; what is left of the means is ` +
		`${nats(residual)} nats where seeds alone would leave ${nats(noise)}` +
		`${excluded.map(({cell, reason}) => `; ${cell.optimizer} at ratio ${cell.ratio} is left out: ${reason}`).join('')}.`
	);
}
