/** What laws of settings said of a regime that nobody had tuned, and how far off they were. */
import type {Section} from '../study/document';
import {relativeError} from '../study/law';
import type {Verified} from '../study/prediction';
import {nameOf, type Regime} from '../study/regime';
import {columns} from './columns';
import {nats, percentage, settingsInWords} from './words';

export function predictionSection(regime: Regime, found: readonly Verified[]): Section {
	return {
		title: `Prediction, ${nameOf(regime)}`,
		paragraphs: [
			'For every setting ln h = a − A ln N − B ln D was fitted over the tuned optima, as far as they determine it, and put on ' +
				'the grid. What it says of this regime was then run, with half and twice the rate beside it.',
		],
		tables: [
			{
				caption: 'The learning rate, predicted and found; losses of one seed',
				columns: columns(['optimizer'], ['predicted', 'found', 'error', 'costs, nats'], ['losses by rate']),
				rows: found.map(({candidate, settings, best, gap, rates}) => [
					candidate.title,
					String(settings.learningRate),
					String(best),
					percentage(relativeError(settings.learningRate, best)),
					nats(gap),
					rates.map(({value, loss}) => `${value}: ${nats(loss)}`).join('  '),
				]),
			},
			{
				caption: 'All that was predicted',
				columns: columns(['optimizer', 'configuration', 'goes with'], ['beyond the sizes that were tuned']),
				rows: found.map(({candidate, settings, predicted}) => [
					candidate.title,
					settingsInWords(candidate.name, settings),
					predicted[0]?.form ?? '',
					`× ${(predicted[0]?.extrapolation.parameters ?? NaN).toFixed(1)}`,
				]),
			},
		],
		charts: [],
	};
}
