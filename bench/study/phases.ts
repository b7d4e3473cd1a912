/** The phases of a study, as in Wen et al. 2025, https://arxiv.org/abs/2509.02046: search, search again what must be, predict. */
import {candidateNamed} from '../candidates/index';
import type {Candidate} from '../candidates/candidate';
import type {Certificate} from './certificate';
import type {Preset} from './presets';
import {nameOf, type Regime} from './regime';
import {sensitive} from './sensitivity';
import type {Study} from './study';
import {tuneCandidate} from './tunecandidate';

/** Is looked at in every regime, whatever was found about it. */
const always = 'learningRate';

/** The certificates of one optimizer. */
export interface Searched {
	readonly candidate: Candidate;
	/** Everything searched, at several ratios: they say what is sensitive. */
	readonly full: readonly Certificate[];
	/** At the other ratios of the study, what is sensitive searched. */
	readonly again: readonly Certificate[];
}

/** Searches for one optimizer in every regime of a preset, each from where another ended. */
export async function searchAll(study: Study, preset: Preset, name: string): Promise<Searched> {
	const candidate = candidateNamed(name);
	const {runs} = preset;
	const [ratio = 1, ...more] = preset.full;
	const first = await tuneCandidate(study, {candidate, regime: study.regime(ratio), runs: runs.first});
	const full = [first];
	for (const each of more) {
		full.push(
			await tuneCandidate(study, {
				candidate,
				regime: study.regime(each),
				runs: runs.again,
				...from(full.at(-1) ?? first),
			}),
		);
	}
	const searched = sensitive(full);
	const axes = candidate.axes.filter((axis) => axis.name === always || searched.includes(axis.name));
	const again: Certificate[] = [];
	for (const each of ratiosOf(preset, name).filter((other) => !preset.full.includes(other))) {
		const regime = study.regime(each);
		again.push(
			await tuneCandidate(study, {
				candidate,
				regime,
				runs: runs.sensitive,
				axes,
				...from(again.at(-1) ?? full.at(-1) ?? first),
			}),
		);
	}
	return {candidate, full, again};
}

/** A search for one optimizer in the first regime only. */
export async function searchFirst(study: Study, preset: Preset, name: string): Promise<Searched> {
	const regime = study.regime(preset.ratios[0] ?? 1);
	const candidate = candidateNamed(name);
	return {candidate, full: [await tuneCandidate(study, {candidate, regime, runs: preset.runs.first})], again: []};
}

const from = ({best, regime}: Certificate) => ({begin: best, from: nameOf(regime)});

/** The reference has one more, so that there is something of it beyond everybody's last. */
export const ratiosOf = ({ratios, optimizers, beyond}: Preset, name: string): readonly number[] =>
	name === optimizers[0] ? [...ratios, beyond] : ratios;

/** The regimes that are compared. */
export const regimesOf = (study: Study, {ratios}: Preset): readonly Regime[] =>
	ratios.map((ratio) => study.regime(ratio));
