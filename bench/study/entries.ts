/**
Who is compared, with which configuration. An entry is an optimizer by its certificates, or `adamw:published`, the optimizer
as it was published, which nobody tuned: that is how weak references came about.
*/
import {UsageError} from '#lib/cli/options';
import {suggestion} from '#lib/check';
import {candidateNames, candidateNamed} from '../candidates/index';
import type {Candidate, Settings} from '../candidates/candidate';
import type {Certificate} from './certificate';
import {nameOf, type Regime} from './regime';
import type {Study} from './study';
import {findCertificate} from './validity';

const published = 'published';

/** An optimizer, tuned or as published. */
export interface Entry {
	/** As in all results. */
	readonly name: string;
	readonly title: string;
	readonly candidate: Candidate;
	readonly tuned: boolean;
}

/** An entry in a regime. */
export interface Configured {
	readonly entry: Entry;
	readonly regime: Regime;
	readonly settings: Settings;
	readonly certificate?: Certificate;
}

/** The entries of those names. @throws UsageError for a name that is nobody's, or that comes twice */
export function entriesOf(names: readonly string[]): readonly Entry[] {
	const twice = names.find((name, i) => names.indexOf(name) < i);
	if (twice !== undefined) {
		throw new UsageError(`Expected every optimizer once, got \`${twice}\` twice`);
	}
	return names.map((name) => {
		const [optimizer = '', form] = name.split(':');
		if (!candidateNames.includes(optimizer)) {
			const hint = suggestion(optimizer, candidateNames) || `, expected some of ${candidateNames.join(', ')}`;
			throw new UsageError(`Unknown optimizer \`${optimizer}\`${hint}`);
		}
		if (form !== undefined && form !== published) {
			throw new UsageError(`Expected \`${optimizer}\` or \`${optimizer}:${published}\`, got \`${name}\``);
		}
		const candidate = candidateNamed(optimizer);
		const tuned = form === undefined;
		return {name, title: tuned ? candidate.title : `${candidate.title}, as published`, candidate, tuned};
	});
}

/** Why a comparison is not fair. */
export interface Problem {
	/** In a title. */
	readonly who: string;
	readonly what: string;
}

/** What everybody runs with in every regime, and what is wrong with it: each a reason for the stamp. */
export async function configureAll(
	study: Study,
	entries: readonly Entry[],
	regimes: readonly Regime[],
): Promise<{readonly configured: readonly Configured[]; readonly problems: readonly Problem[]}> {
	const problems: Problem[] = [];
	const configured: Configured[] = [];
	for (const regime of regimes) {
		for (const entry of entries) {
			const {certificate, problem} = entry.tuned
				? await findCertificate(study, entry.candidate, regime)
				: {certificate: undefined, problem: 'is as it was published'};
			if (problem !== undefined) {
				problems.push({who: entry.title, what: `${problem}, for ${nameOf(regime)}`});
			}
			const settings = certificate?.best ?? entry.candidate.published;
			configured.push({entry, regime, settings, ...(certificate === undefined ? {} : {certificate})});
		}
	}
	return {configured, problems: [...problems, ...unequal(configured)]};
}

/** Searches of one regime must have been given the same: as many runs, and all of them a whole search or none. */
function unequal(configured: readonly Configured[]): Problem[] {
	const regimes = [...new Set(configured.map(({regime}) => nameOf(regime)))];
	return regimes.flatMap((name) => {
		const given = configured
			.filter(({regime}) => nameOf(regime) === name)
			.flatMap(({entry, certificate}) =>
				certificate === undefined ? [] : [{who: entry.title, ...certificate.budget}],
			);
		const most = Math.max(...given.map(({runs}) => runs));
		const less = given.filter(({runs}) => runs < most);
		return less.map(({who, runs}) => ({who, what: `was given ${runs} runs where others had ${most}, for ${name}`}));
	});
}
