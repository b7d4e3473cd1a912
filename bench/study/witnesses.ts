/** Which certificates may say something of another regime: those of the same study and code whose points prove them. */
import {messageOf} from '#lib/errors';
import {candidateNamed} from '../candidates/index';
import type {Certificate} from './certificate';
import {nameOf, type Regime} from './regime';
import type {Study} from './study';
import {isKin, problemOf, proofProblem} from './validity';

/** Certificates of an optimizer, those that count and those that do not. */
export interface Witnesses {
	readonly kept: readonly Certificate[];
	/** Why others are left out, a sentence each. */
	readonly left: readonly string[];
}

/** @param regime they may be of another size or ratio, and of nothing else */
export async function witnessesOf(
	study: Study,
	certificates: readonly Certificate[],
	regime: Regime,
): Promise<Witnesses> {
	const problems = await Promise.all(certificates.map((each) => problemFor(study, each, regime)));
	const left = certificates.flatMap(({optimizer}, i) => {
		const problem = problems[i];
		return problem === undefined ? [] : [`Left out: ${candidateNamed(optimizer).title} ${problem}`];
	});
	left.forEach((line) => study.once(`  ${line}`));
	return {kept: certificates.filter((_, i) => problems[i] === undefined), left};
}

async function problemFor(study: Study, certificate: Certificate, wanted: Regime): Promise<string | undefined> {
	const {optimizer, regime} = certificate;
	try {
		if (!isKin(regime, wanted)) {
			return `has a certificate of other data, steps or vocabulary, for ${nameOf(regime)}`;
		}
		const now = await study.fingerprint(regime, optimizer);
		const problem = problemOf(certificate, optimizer, regime, now) ?? proofProblem(certificate);
		return problem === undefined ? undefined : `${problem}, for ${nameOf(regime)}`;
	} catch (error) {
		if (error instanceof TypeError) {
			return `has a certificate that is damaged, ${messageOf(error)}`;
		}
		throw error;
	}
}
