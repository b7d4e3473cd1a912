/** A certificate: what proves that an optimizer was tuned for a regime, and how. `compare` takes nobody without one. */
import {existsSync, readdirSync} from 'node:fs';
import {UsageError} from '#lib/cli/options';
import {messageOf} from '#lib/errors';
import {candidateNamed} from '../candidates/index';
import type {Candidate, Settings} from '../candidates/candidate';
import type {machine} from '../machine';
import {differs} from './fingerprint';
import {digestOf} from './job';
import {readJson, writeJson} from './json';
import type {Point} from './points';
import {canonical, nameOf, type Regime} from './regime';
import type {Ray} from './star';
import type {Study} from './study';

/** What a search found, and what it looked at. */
export interface Certificate {
	readonly optimizer: string;
	/** Of the model, the data and the schedule. */
	readonly regime: Regime;
	readonly digest: string;
	/** Where the search began, and who published that. */
	readonly begin: Settings;
	readonly source: string;
	/** The settings that were searched; the others stayed what they are in `begin`. */
	readonly searched: readonly string[];
	/** The regime that `begin` was found in; what was published where there is none. */
	readonly from?: string;
	readonly best: Settings;
	/** Mean over the seed of the search and those fresh ones that it was run from. */
	readonly loss: number;
	readonly star: readonly Ray[];
	/** Settings whose best value may lie beyond what was tried. */
	readonly edges: readonly string[];
	/** Runs and tokens: what it was given, which is the same for all, and what it used. */
	readonly budget: {readonly runs: number; readonly tokens: number; readonly used: number};
	/** Δ₁ and Δ₂, and the noise that they come of. */
	readonly threshold: number;
	readonly nearness: number;
	readonly noise: {readonly sigma: number; readonly paired: number; readonly regime: string} | null;
	readonly seeds: {readonly search: number; readonly fresh: readonly number[]};
	/** Everything that was tried. */
	readonly points: readonly Point[];
	/** Losses of 25 fixed steps. */
	readonly fingerprint: readonly number[];
	readonly made: ReturnType<typeof machine>;
}

/** Where a certificate lies. */
export function certificatePath(study: Study, optimizer: string, regime: Regime): string {
	return study.path('certificates', `${optimizer}-${nameOf(regime)}.json`);
}

/** Keeps it. */
export async function writeCertificate(study: Study, certificate: Certificate): Promise<void> {
	await writeJson(certificatePath(study, certificate.optimizer, certificate.regime), certificate);
}

/** The certificate of an optimizer for a regime, or why there is none that counts. */
export async function findCertificate(
	study: Study,
	{name}: Candidate,
	regime: Regime,
): Promise<{readonly certificate?: Certificate; readonly problem?: string}> {
	const path = certificatePath(study, name, regime);
	if (!existsSync(path)) {
		return {problem: `was not tuned: \`sophia-bench tune ${name} --ratio ${regime.ratio}\` does it`};
	}
	try {
		const certificate = readJson(path) as Certificate;
		const problem = problemOf(certificate, name, regime, await study.fingerprint(regime, name));
		return problem === undefined ? {certificate} : {certificate, problem: `${problem} (${path})`};
	} catch (error) {
		if (error instanceof SyntaxError || error instanceof TypeError) {
			return {problem: `has a certificate that is damaged, ${messageOf(error)} (${path})`};
		}
		throw error;
	}
}

/** Why a certificate does not count; undefined for one that does. */
export function problemOf(
	{optimizer, regime, digest, best, edges, points, seeds, fingerprint}: Certificate,
	name: string,
	wanted: Regime,
	now: readonly number[],
): string | undefined {
	if (optimizer !== name) {
		return `has the certificate of ${optimizer}`;
	}
	if (digest !== digestOf(wanted) || digestOf(regime) !== digest) {
		return `has a certificate of another regime: ${partings(regime, wanted)}`;
	}
	const parted = differs(fingerprint, now);
	if (parted !== undefined) {
		return `has a certificate of code that computed otherwise: ${parted}`;
	}
	if (edges.length > 0) {
		return `may be better beyond what was tried of ${titles(name, edges)}: give it more runs`;
	}
	const tried = points.find(({settings}) => canonical(settings) === canonical(best));
	if (!(Number(tried?.losses[seeds.search]) < Infinity)) {
		return 'has a certificate of a configuration that never went well';
	}
	return undefined;
}

/** The certificates of the directory, an array for each optimizer that has some. */
export function certificatesOf(study: Study, names: readonly string[]): readonly (readonly Certificate[])[] {
	const folder = study.path('certificates');
	const files = existsSync(folder) ? readdirSync(folder).filter((file) => file.endsWith('.json')) : [];
	const certificates = files.sort().flatMap((file) => {
		try {
			return [readJson(study.path('certificates', file)) as Certificate];
		} catch {
			study.once(`  ${study.path('certificates', file)} is damaged, and left out`);
			return [];
		}
	});
	return names.map((name) => certificates.filter((each) => each.optimizer === name)).filter((each) => each.length > 0);
}

/** What is said where there are none. */
export const noCertificates = (study: Study) =>
	new UsageError(`Expected certificates in \`${study.path('certificates')}\`: \`sophia-bench tune\` makes them`);

function partings(regime: Regime, wanted: Regime): string {
	const names = Object.keys(wanted) as (keyof Regime)[];
	return names
		.filter((name) => canonical(regime[name]) !== canonical(wanted[name]))
		.map((name) => `${name} ${canonical(regime[name])}, here ${canonical(wanted[name])}`)
		.join('; ');
}

const titles = (name: string, edges: readonly string[]) =>
	edges.map((edge) => candidateNamed(name).axes.find((axis) => axis.name === edge)?.title ?? edge).join(', ');
