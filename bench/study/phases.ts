/** The phases of a study, as in Wen et al. 2025, https://arxiv.org/abs/2509.02046: search, search again what must be, predict. */
import {candidateNamed} from '../candidates/index';
import type {Candidate} from '../candidates/candidate';
import type {Certificate} from './certificate';
import {shapeOf} from './options';
import type {Preset} from './presets';
import {nameOf, type Regime} from './regime';
import {sensitive} from './sensitivity';
import type {Study} from './study';
import {tuneCandidate, type Assignment} from './tunecandidate';

/** Is looked at in every regime, whatever was found about it. */
const always = 'learningRate';

/** The certificates of one optimizer. */
export interface Searched {
	readonly candidate: Candidate;
	/** Everything searched, at several ratios and in another size: they say what is sensitive. */
	readonly full: readonly Certificate[];
	/** At the other ratios of the study, what is sensitive searched. */
	readonly again: readonly Certificate[];
}

/** Searches for one optimizer in every regime of a preset, each from where another ended. */
export async function searchAll(study: Study, preset: Preset, name: string): Promise<Searched> {
	const {full: ratios, runs} = preset;
	const {candidate, full: found} = await searchFirst(study, preset, name);
	const full = [...found];
	const search = (regime: Regime, last: Certificate | undefined, more: Pick<Assignment, 'runs' | 'axes' | 'beside'>) =>
		tuneCandidate(study, {candidate, regime, ...more, ...from(last)});
	for (const ratio of ratios.slice(1)) {
		full.push(await search(study.regime(ratio), full.at(-1), {runs: runs.again}));
	}
	full.push(await search(otherSizeOf(study, preset), full[0], {runs: runs.again}));
	const last = full.at(ratios.length - 1);
	const searched = sensitive(full);
	const beside = full.map(({best}) => best);
	const axes = candidate.axes.filter((axis) => axis.name === always || searched.includes(axis.name));
	const again: Certificate[] = [];
	for (const ratio of ratiosOf(preset, name).filter((other) => !ratios.includes(other))) {
		again.push(await search(study.regime(ratio), again.at(-1) ?? last, {runs: runs.sensitive, axes, beside}));
	}
	return {candidate, full, again};
}

/** A search for one optimizer in the first regime only. */
export async function searchFirst(study: Study, preset: Preset, name: string): Promise<Searched> {
	const regime = study.regime(preset.full[0]);
	const candidate = candidateNamed(name);
	return {candidate, full: [await tuneCandidate(study, {candidate, regime, runs: preset.runs.first})], again: []};
}

/** Where a search begins that follows another. */
const from = (last: Certificate | undefined): Pick<Assignment, 'begin' | 'from'> =>
	last === undefined ? {} : {begin: last.best, from: nameOf(last.regime)};

/** The reference has one more, so that there is something of it beyond everybody's last. */
export const ratiosOf = ({ratios, optimizers, beyond}: Preset, name: string): readonly number[] =>
	name === optimizers[0] ? [...ratios, beyond] : ratios;

/** The regime of the other size. */
export const otherSizeOf = (study: Study, {full: [ratio], otherSize}: Preset): Regime =>
	study.regime(ratio, shapeOf(otherSize));

/** The regimes that are compared. */
export const regimesOf = (study: Study, {ratios}: Preset): readonly Regime[] =>
	ratios.map((ratio) => study.regime(ratio));
