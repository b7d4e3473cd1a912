/** What laws of settings said of a regime that nobody had tuned, and how far off they were. */
import type {Axis} from '../candidates/axes';
import type {Section, Table} from '../study/document';
import {relativeError} from '../study/heldout';
import type {Predicted} from '../study/prediction';
import {nameOf, type Regime} from '../study/regime';
import type {Verified} from '../study/verification';
import {columns} from './columns';
import {nats, percentage} from './words';

/** What a prediction goes with, of what there is. */
const forms: Readonly<Record<Predicted['form'], string>> = {
	both: 'size and data',
	parameters: 'size alone: all of one amount of data',
	tokens: 'data alone: all of one size, which say nothing of another',
	path: 'size and data as they grew together',
	constant: 'nothing: one regime',
	mode: 'nothing: the most frequent',
	carried: 'nothing: never searched, carried over',
};

export function predictionSection(regime: Regime, found: readonly Verified[]): Section {
	const predicted = found.filter((each) => each.predicted.length > 0);
	const silent = found.filter((each) => each.predicted.length === 0).map(({candidate}) => candidate.title);
	return {
		title: `Prediction, ${nameOf(regime)}`,
		paragraphs: [
			'For every setting ln h = a − A ln N − B ln D was fitted over the optima of searches that looked at it, as far as they ' +
				'determine it, and put on the grid; of the decay rate of an average h is its distance to 1. Where 0 is an optimum, ' +
				'or means none, the most frequent value stands. What came of it was run, with half and twice the rate beside it, ' +
				'and more beyond until the best rate was between two others. Errors are of predictions before the grid.',
			...found.flatMap(({left}) => left.map((line) => `${line}.`)),
			...(silent.length === 0 ? [] : [`Of ${silent.join(', ')} no certificate counts, and nothing was predicted.`]),
		],
		tables: [rateTable(predicted), settingTable(predicted), heldOutTable(predicted)].filter(
			({rows}) => rows.length > 0,
		),
		charts: [],
	};
}

const rateTable = (found: readonly Verified[]): Table => ({
	caption: 'The learning rate, predicted and found; losses of one seed',
	columns: columns(['optimizer'], ['predicted', 'on the grid', 'found', 'error', 'costs, nats'], ['losses by rate']),
	rows: found.map(({candidate, predicted, settings, best, interior, gap, rates}) => {
		const raw = predicted.find(({axis}) => axis.name === 'learningRate')?.raw ?? NaN;
		return [
			candidate.title,
			digits(raw),
			String(settings.learningRate),
			Number.isNaN(best) ? 'no run went well' : `${best}${interior ? '' : ', the last that was tried'}`,
			Number.isNaN(best) ? '' : percentage(relativeError(raw, best)),
			nats(gap),
			rates.map(({value, loss}) => `${value}: ${nats(loss)}`).join('  '),
		];
	}),
});

const settingTable = (found: readonly Verified[]): Table => ({
	caption: 'All that was predicted',
	columns: columns(
		['optimizer', 'setting'],
		['predicted', 'on the grid', 'of regimes'],
		['goes with'],
		['beyond their sizes', 'beyond their tokens'],
	),
	rows: found.flatMap(({candidate, predicted}) =>
		predicted.map(({axis, raw, value, regimes, form, extrapolation}) => [
			candidate.title,
			axis.title,
			digits(raw),
			String(value),
			String(regimes),
			forms[form],
			`× ${extrapolation.parameters.toFixed(1)}`,
			`× ${extrapolation.tokens.toFixed(1)}`,
		]),
	),
});

const heldOutTable = (found: readonly Verified[]): Table => ({
	caption: 'The tuned regime of the most computation, predicted from the others where they are two or more',
	columns: columns(['optimizer', 'setting'], ['predicted', 'found', 'error'], ['goes with']),
	rows: found.flatMap(({candidate, heldOut}) =>
		heldOut.map(({axis, raw, optimum, error, form}) => [
			candidate.title,
			axis.title,
			digits(raw),
			String(optimum.value),
			errorInWords(axis, error),
			forms[form],
		]),
	),
});

/** Three are more than a grid of factors of 2 can say. */
const digits = (value: number): string => String(Number(value.toPrecision(3)));

/** A 0 is as far from all others as can be, whatever they are. */
const errorInWords = ({fitted}: Axis, error: number): string =>
	error > 0 && (fitted === 'mode' || error === Infinity) ? 'another' : percentage(error);
