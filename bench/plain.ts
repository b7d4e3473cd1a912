/** What somebody else said, in one line that cannot command a terminal. */

const longest = 160;

/** The text without control characters, cut where it is long. */
export function plain(text: string): string {
	const line = text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, ' ');
	return line.length > longest ? `${line.slice(0, longest)}…` : line;
}

/** The last line of several, which is where programs say what is wrong. */
export function lastLine(text: string): string {
	return plain(text.trim().split('\n').at(-1) ?? '');
}
