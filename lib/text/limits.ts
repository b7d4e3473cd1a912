/**
How much a source may ask for. A small file can unpack to more than any disk holds, and a hostile one can claim sizes
that no memory has; both are refused before they cost anything. Whoever trusts a file raises the limit.
*/
import {wrongFile} from '../errors';

/** Limits on what files may unpack to and on what is held at a time. */
export interface Limits {
	/** The most bytes that a packed file may unpack to, for each of its own. @default 100 */
	readonly maximumExpansion: number;
	/**
	The most bytes held at a time: a line of JSON, a row group of the parquet column, what zstd looks back on.

	@default 268435456, 256 MiB
	*/
	readonly maximumHeld: number;
}

/** Text packs to a third, tables and logs to a fiftieth. */
export const limitDefaults: Limits = {maximumExpansion: 100, maximumHeld: 2 ** 28};

/** Below this a file may unpack to anything. */
const harmless = 1 << 20;

/** @throws SophiaError `ERR_SOPHIA_FORMAT` when what was unpacked is out of proportion */
export function checkExpansion(path: string, packed: number, unpacked: number, {maximumExpansion}: Limits): void {
	if (unpacked > harmless && unpacked > packed * maximumExpansion) {
		const more = `unpacks to more than ${maximumExpansion} times its size`;
		throw wrongFile(path, `${more}; raise \`maximumExpansion\` if that is right`);
	}
}

/** @throws SophiaError `ERR_SOPHIA_FORMAT` when something is too large to be held */
export function checkHeld(path: string, what: string, bytes: number, {maximumHeld}: Limits): void {
	if (bytes > maximumHeld) {
		const less = `expected ${what} of at most ${maximumHeld} bytes, got ${bytes}`;
		throw wrongFile(path, `${less}; raise \`maximumHeld\` if that is right`);
	}
}
