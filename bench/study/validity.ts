/** Which certificates count: `compare` takes nobody without one, and believes none but by what was tried. */
import {existsSync} from 'node:fs';
import {messageOf} from '#lib/errors';
import {candidateNamed, settingTitle} from '../candidates/index';
import type {Axis} from '../candidates/axes';
import type {Candidate, Settings} from '../candidates/candidate';
import {axesOf, certificatePath, certificatesOf, isFull, readCertificate, type Certificate} from './certificate';
import {differs, type Fingerprint} from './fingerprint';
import {digestOf} from './job';
import {Tried} from './points';
import {beaten, marginsOf, openEnds, type Rules} from './proof';
import {canonical, nameOf, parametersOf, type Regime} from './regime';
import {sensitivities} from './sensitivity';
import {starOf} from './star';
import type {Study} from './study';

/** Regimes in which everything was searched, before anybody may say that a setting can be left as it is. */
const leastRegimes = 2;

/** The certificate of an optimizer for a regime, and why it does not count, or why there is none. */
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
		const certificate = readCertificate(path);
		const foreign = regimeProblem(certificate, name, regime);
		const problem = foreign ?? (await ownProblem(study, certificate));
		return {
			...(foreign === undefined ? {certificate} : {}),
			...(problem === undefined ? {} : {problem: `${problem} (${path})`}),
		};
	} catch (error) {
		if (error instanceof SyntaxError || error instanceof TypeError) {
			return {problem: `has a certificate that is damaged, ${messageOf(error)} (${path})`};
		}
		throw error;
	}
}

/** Why a certificate of a regime does not count there. */
async function ownProblem(study: Study, certificate: Certificate): Promise<string | undefined> {
	const {optimizer, regime} = certificate;
	return (
		codeProblem(certificate, await study.fingerprint(regime, optimizer)) ??
		proofProblem(certificate) ??
		carriedProblem(certificate, certificatesOf(study, [optimizer]).flat())
	);
}

/** Why a certificate is not one of this optimizer for this regime; undefined where it is. */
export function regimeProblem(
	{optimizer, regime, digest}: Certificate,
	name: string,
	wanted: Regime,
): string | undefined {
	if (optimizer !== name) {
		return `has the certificate of ${optimizer}`;
	}
	if (digest !== digestOf(wanted) || digestOf(regime) !== digest) {
		return `has a certificate of another regime: ${partings(regime, wanted)}`;
	}
	return undefined;
}

/** Why a certificate is not one of this code; undefined where it is. */
export function codeProblem({fingerprint}: Certificate, now: Fingerprint | undefined): string | undefined {
	if (now === undefined) {
		return 'crashes in its first steps';
	}
	const parted = differs(fingerprint, now);
	return parted === undefined ? undefined : `has a certificate of code that computed otherwise: ${parted}`;
}

/** Why the points of a certificate do not prove what it says; undefined where they do. */
export function proofProblem(certificate: Certificate): string | undefined {
	const {best, points, seeds, threshold, nearness, noise, star} = certificate;
	const [tried, axes] = [new Tried(points), axesOf(certificate)];
	const rules: Rules = {threshold, seed: seeds.search, fresh: seeds.fresh};
	if (!(tried.loss(best, seeds.search) < Infinity)) {
		return 'has a certificate of a configuration that never went well';
	}
	if (canonical(marginsOf(noise)) !== canonical({threshold, nearness})) {
		return 'has a certificate whose thresholds are not those of its noise';
	}
	const open = openEnds(tried, best, axes, rules);
	if (open.length > 0) {
		return `may be better beyond what was tried of ${titles(certificate, open)}: give it more runs`;
	}
	if (beaten(tried, best, rules) !== undefined) {
		return 'has a certificate with a configuration that is better than its best: give it more runs';
	}
	const isSame = canonical(starOf(points, best, axes, seeds.search)) === canonical(star);
	return isSame ? undefined : 'has a certificate with another star than that of what was tried';
}

/** Why settings that were not searched may not be left as they are; undefined where everything was searched, or they may. */
export function carriedProblem(certificate: Certificate, others: readonly Certificate[]): string | undefined {
	const {optimizer, searched, best, regime} = certificate;
	const left = candidateNamed(optimizer)
		.axes.map(({name}) => name)
		.filter((name) => !searched.includes(name));
	if (left.length === 0) {
		return undefined;
	}
	const full = others.filter((other) => isFull(other) && isKin(other.regime, regime));
	if (full.length < leastRegimes) {
		return (
			`was tuned in ${titles(certificate, searched)} alone, and everything was searched in ${full.length} regimes: ` +
			`it takes ${leastRegimes} to say what may be left as it is`
		);
	}
	const judged = sensitivities(full);
	const wrong = left.filter(
		(name) =>
			!judged.some(({setting, common}) => setting === name && common.length > 0) ||
			!full.some((other) => other.best[name] === best[name]),
	);
	return wrong.length === 0 ? undefined : `must be tuned again in ${titles(certificate, wrong)}`;
}

/** Where a search of some settings begins: where one of all of them ended, in the regime that is nearest in size, then in data. */
export function beginOf(
	study: Study,
	{name, axes: all}: Candidate,
	regime: Regime,
	axes: readonly Axis[],
): {readonly begin?: Settings; readonly from?: string} {
	if (axes.length === all.length) {
		return {};
	}
	const inSize = ({regime: {shape}}: Certificate) =>
		Math.abs(Math.log(parametersOf(shape) / parametersOf(regime.shape)));
	const inData = ({regime: {ratio}}: Certificate) => Math.abs(Math.log(ratio / regime.ratio));
	const [found] = certificatesOf(study, [name])
		.flat()
		.filter((each) => isFull(each) && isKin(each.regime, regime) && proofProblem(each) === undefined)
		.sort((a, b) => inSize(a) - inSize(b) || inData(a) - inData(b));
	return found === undefined ? {} : {begin: found.best, from: nameOf(found.regime)};
}

/** Whether two regimes differ in size and ratio alone. */
export function isKin(a: Regime, b: Regime): boolean {
	const rest = ({batch, length, vocabulary, data, schedule}: Regime) =>
		canonical({batch, length, vocabulary, data, schedule});
	return rest(a) === rest(b);
}

function partings(regime: Regime, wanted: Regime): string {
	const names = Object.keys(wanted) as (keyof Regime)[];
	return names
		.filter((name) => canonical(regime[name]) !== canonical(wanted[name]))
		.map((name) => `${name} ${canonical(regime[name])}, here ${canonical(wanted[name])}`)
		.join('; ');
}

const titles = ({optimizer}: Certificate, names: readonly string[]) =>
	names.map((name) => settingTitle(optimizer, name)).join(', ');
