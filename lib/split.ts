/** Which documents are for validation. */
import {createHash} from 'node:crypto';

/** How a text is split: its end is for validation, or some of its documents are. */
export const splitKinds = ['end', 'documents'] as const;
export type SplitKind = (typeof splitKinds)[number];

/**
Whether a document is for validation: a function of the seed and of its number alone, so that it does not depend on what
was read before it. About that fraction of all documents is.
*/
export function holdsOut(seed: number, document: number, fraction: number): boolean {
	const digest = createHash('sha256').update(`${seed} ${document}`).digest();
	return digest.readUIntBE(0, 6) / 2 ** 48 < fraction;
}
