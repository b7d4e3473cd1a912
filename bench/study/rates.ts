/**
A short line of learning rates around the published one, as long for everybody who has no certificate: a rate that was
published for a model a thousand times as large says little about a small one. It is no search and certifies nothing.
*/
import type {Settings} from '../candidates/candidate';
import type {Configured} from './entries';
import {searchSeed} from './seeds';
import type {Study} from './study';

/** An entry with what it runs with, and how that was found. */
export interface Rated extends Configured {
	/** The line that was tried; undefined for a certificate, for what is to stay as published, and without a line. */
	readonly line?: {
		readonly runs: number;
		/** Whether the best is the first or the last: another may be better. */
		readonly edge: boolean;
		/** Whether there is a best: some run came to a loss. */
		readonly whole: boolean;
	};
}

/** Neighbours on the line. */
const factor = 2;
const digits = 6;

/** So many rates, a factor of 2 apart, with the published one in the middle. */
export function ratesAround(rate: number, count: number): readonly number[] {
	const below = Math.floor((count - 1) / 2);
	return Array.from({length: count}, (_, i) => Number((rate * factor ** (i - below)).toPrecision(digits)));
}

/** Tries the line of everybody who is to be tuned and is not. @param count rates, 1 for the published alone */
export function rate(study: Study, configured: readonly Configured[], count: number): Promise<readonly Rated[]> {
	const isOpen = ({entry, certificate}: Configured) => entry.tuned && certificate === undefined && count > 1;
	configured.filter(isOpen).forEach(({regime}) => study.expect(regime, count));
	return Promise.all(configured.map(async (each) => (isOpen(each) ? best(study, each, count) : each)));
}

async function best(study: Study, each: Configured, count: number): Promise<Rated> {
	const {entry, regime, settings} = each;
	const line = ratesAround(settings.learningRate, count).map((learningRate): Settings => ({...settings, learningRate}));
	const losses = await study.losses(regime, entry.candidate, line, searchSeed);
	const place = losses.reduce((least, loss, i) => (loss < (losses[least] ?? Infinity) ? i : least), -1);
	const edge = place === 0 || place === count - 1;
	return {...each, settings: line[place] ?? settings, line: {runs: count, edge, whole: place >= 0}};
}
