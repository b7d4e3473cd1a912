/** What commands found, for programs: a line of JSON for each result, beside the report that is for people. */
import type {Cell} from '../study/cell';
import type {Certificate} from '../study/certificate';
import type {Comparison} from '../study/comparison';
import {jointFits} from '../study/joint';
import type {Verified} from '../study/verification';
import {nameOf, type Regime} from '../study/regime';
import {sensitivities} from '../study/sensitivity';
import {speedups} from '../study/speedup';
import type {Study} from '../study/study';
import type {Timing} from '../study/timing';
import {judgeAll} from './losses';

/** Losses by seed. */
export function recordCells({report}: Study, cells: readonly Cell[]): void {
	cells.forEach((cell) => report.record('cell', cell));
}

/** Losses by seed, verdicts, speed-ups in tokens and what steps cost. */
export function recordComparison(study: Study, comparison: Comparison, timings: readonly Timing[]): void {
	const {report} = study;
	if (!report.keeps) {
		return; // intervals take their time
	}
	const {cells} = comparison;
	const reference = referenceOf(comparison);
	recordCells(study, cells);
	judgeAll(comparison).forEach((judgement, cell) =>
		report.record('verdict', {...placeOf(cell), reference, ...judgement}),
	);
	speedups(cells, reference).forEach(({cell, ...speedup}) =>
		report.record('speedup', {...placeOf(cell), reference, ...speedup}),
	);
	timings.forEach((timing) => report.record('timing', timing));
}

/** The laws through all losses of a size. */
export function recordFits({report}: Study, comparison: Pick<Comparison, 'cells' | 'entries'>): void {
	if (!report.keeps) {
		return;
	}
	const reference = referenceOf(comparison);
	jointFits(comparison.cells, reference).forEach((fit) => report.record('fit', {reference, ...fit}));
}

/** What must be tuned again, by optimizer and setting. */
export function recordSensitivities({report}: Study, groups: readonly (readonly Certificate[])[]): void {
	for (const group of groups) {
		const facts = {optimizer: group[0]?.optimizer, regimes: group.map(({regime}) => nameOf(regime))};
		sensitivities(group).forEach((each) => report.record('sensitivity', {...facts, ...each}));
	}
}

/** What was predicted of a regime, and what came of it. */
export function recordPredictions({report}: Study, regime: Regime, found: readonly Verified[]): void {
	found.forEach(({candidate, ...verified}) =>
		report.record('prediction', {optimizer: candidate.name, regime: nameOf(regime), ...verified}),
	);
}

const referenceOf = ({entries}: Pick<Comparison, 'entries'>) => entries[0]?.title ?? '';
const placeOf = ({optimizer, parameters, ratio, tokens}: Cell) => ({optimizer, parameters, ratio, tokens});
