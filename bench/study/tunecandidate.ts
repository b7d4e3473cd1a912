/** An optimizer's search in a regime, with what it costs and what it proves. */
import type {Axis} from '../candidates/axes';
import type {Candidate, Settings} from '../candidates/candidate';
import {writeCertificate, type Certificate} from './certificate';
import {digestOf} from './job';
import {findNoise} from './noise';
import {marginsOf} from './proof';
import {tokensOf, type Regime} from './regime';
import {freshSeeds, searchSeed} from './seeds';
import type {Study} from './study';
import {tune} from './tuning';

/** How an optimizer is tuned. */
export interface Assignment {
	readonly candidate: Candidate;
	readonly regime: Regime;
	/** Runs that it may make. */
	readonly runs: number;
	/** Where to begin. @default what was published */
	readonly begin?: Settings;
	/** Where else to begin, if that is better. @default nowhere */
	readonly beside?: readonly Settings[];
	/** What to search. @default everything */
	readonly axes?: readonly Axis[];
	/** The regime that `begin` comes from. */
	readonly from?: string;
}

/** Part of the budget for configurations that are drawn. */
const scatteredPart = 0.225;

/** Tunes, and writes the certificate. */
export async function tuneCandidate(study: Study, assignment: Assignment): Promise<Certificate> {
	const {candidate, regime, runs, begin = candidate.published, beside = [], axes = candidate.axes, from} = assignment;
	const noise = findNoise(study, regime);
	const {threshold, nearness} = marginsOf(noise);
	study.expect(regime, runs);
	const scattered = from === undefined ? Math.floor(scatteredPart * runs) : 0;
	const plan = {scattered, begin, beside, axes, budget: runs, threshold, nearness, seed: searchSeed, fresh: freshSeeds};
	const tuned = await tune(plan, (settings, seed) => study.losses(regime, candidate, settings, seed));
	study.expect(regime, tuned.runs - runs);
	const certificate: Certificate = {
		optimizer: candidate.name,
		regime,
		digest: digestOf(regime),
		begin,
		source: candidate.source,
		searched: axes.map(({name}) => name),
		grids: ownGrids(candidate, axes),
		...(from === undefined ? {} : {from}),
		best: tuned.best,
		loss: tuned.loss,
		star: tuned.star,
		edges: tuned.edges,
		budget: {runs, tokens: runs * tokensOf(regime), used: tuned.runs},
		threshold,
		nearness,
		noise: noise === undefined ? null : {sigma: noise.sigma, paired: noise.paired, regime: noise.regime},
		seeds: {search: searchSeed, fresh: freshSeeds},
		points: tuned.points,
		fingerprint: (await study.fingerprint(regime, candidate.name)) ?? [],
		made: study.machine,
	};
	await writeCertificate(study, certificate);
	return certificate;
}

function ownGrids({axes: standard}: Candidate, axes: readonly Axis[]): Certificate['grids'] {
	const isOwn = ({name, grid}: Axis) => !standard.some((axis) => axis.name === name && axis.grid === grid);
	return Object.fromEntries(axes.filter(isOwn).map(({name, grid}) => [name, grid]));
}
