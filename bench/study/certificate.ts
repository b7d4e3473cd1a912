/** A certificate: what proves that an optimizer was tuned for a regime, and how. */
import {existsSync, readdirSync} from 'node:fs';
import {join} from 'node:path';
import {UsageError} from '#lib/cli/options';
import type {Axis} from '../candidates/axes';
import {candidateNamed} from '../candidates/index';
import type {Settings} from '../candidates/candidate';
import type {machine} from '../machine';
import type {Fingerprint} from './fingerprint';
import {readJson, readKept, writeJson} from './json';
import type {Point} from './points';
import {fileOf, type Regime} from './regime';
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
	/** The grids of those that were searched on others than the candidate's own. */
	readonly grids: Readonly<Record<string, readonly number[]>>;
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
	/** Losses of 25 fixed steps, and the one after them. */
	readonly fingerprint: Fingerprint;
	readonly made: ReturnType<typeof machine>;
}

/** What was searched, with its grids. */
export function axesOf({optimizer, searched, grids}: Certificate): readonly Axis[] {
	const grid = (axis: Axis) => (grids[axis.name] === undefined ? axis : axis.over(grids[axis.name] ?? []));
	return candidateNamed(optimizer)
		.axes.filter(({name}) => searched.includes(name))
		.map(grid);
}

/** Whether everything was searched. */
export const isFull = ({optimizer, searched}: Certificate): boolean =>
	candidateNamed(optimizer).axes.every(({name}) => searched.includes(name));

/** Where a certificate lies. */
export function certificatePath(study: Study, optimizer: string, regime: Regime): string {
	return study.path('certificates', `${optimizer}-${fileOf(regime)}.json`);
}

/** Keeps it. */
export async function writeCertificate(study: Study, certificate: Certificate): Promise<void> {
	await writeJson(certificatePath(study, certificate.optimizer, certificate.regime), certificate);
}

/** @throws SyntaxError for what is none */
export const readCertificate = (path: string): Certificate => certificateOf(readJson(path));

function certificateOf(json: unknown): Certificate {
	const certificate = json as Partial<Certificate> | null;
	const {optimizer, regime, best, points, searched, seeds} = certificate ?? {};
	if ([optimizer, regime, best, points, searched, seeds].includes(undefined)) {
		throw new SyntaxError('parts of it are missing');
	}
	return {...(certificate as Certificate), grids: certificate?.grids ?? {}};
}

/** The certificates of the directory, an array for each optimizer that has some. */
export function certificatesOf(study: Study, names: readonly string[]): readonly (readonly Certificate[])[] {
	const folder = study.path('certificates');
	const files = existsSync(folder) ? readdirSync(folder).filter((file) => file.endsWith('.json')) : [];
	const read = (file: string) => readKept(join(folder, file), certificateOf, (line) => study.once(line));
	const certificates = files.sort().flatMap((file) => read(file) ?? []);
	return names.map((name) => certificates.filter((each) => each.optimizer === name)).filter((each) => each.length > 0);
}

/** What is said where there are none. */
export const noCertificates = (study: Study) =>
	new UsageError(`Expected certificates in \`${study.path('certificates')}\`: \`sophia-bench tune\` makes them`);
