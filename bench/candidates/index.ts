/** Who takes part, a line each; the first is the reference. */
import {adammini} from './adammini';
import {adamw} from './adamw';
import type {Candidate} from './candidate';
import {cautiousadamw} from './cautiousadamw';
import {kron} from './kron';
import {lion} from './lion';
import {mars} from './mars';
import {muon} from './muon';
import {nadamw} from './nadamw';
import {scion} from './scion';
import {sgd} from './sgd';
import {signum} from './signum';
import {soap} from './soap';
import {sophiag} from './sophiag';
import {sophiah} from './sophiah';

export const candidates: readonly Candidate[] = [
	adamw,
	nadamw,
	cautiousadamw,
	lion,
	mars,
	adammini,
	sophiag,
	sophiah,
	muon,
	scion,
	soap,
	kron,
	sgd,
	signum,
];

/** Every name. */
export const candidateNames = candidates.map(({name}) => name);

/** A setting in words; by its name where the optimizer has no such. */
export const settingTitle = (optimizer: string, setting: string): string =>
	candidateNamed(optimizer).axes.find(({name}) => name === setting)?.title ?? setting;

/** The one of that name. @throws Error for nobody's: names are checked where they come in */
export function candidateNamed(name: string): Candidate {
	const found = candidates.find((candidate) => candidate.name === name);
	if (found === undefined) {
		throw new Error(`There is no candidate ${name}`);
	}
	return found;
}
