/** What JSON does not have, in it: Infinity, the loss of what diverged, and NaN, of what failed, are words; maps are objects. */

const words: readonly (readonly [word: string, value: number])[] = [
	['diverged', Infinity],
	['failed', NaN],
];

/** A value as JSON. @param indent columns by which parts stand in, each on a line of its own; all on one where it is 0 */
export function encode(value: unknown, indent = 0): string {
	const plainly = (_key: string, inner: unknown) =>
		inner instanceof Map
			? (Object.fromEntries(inner) as unknown)
			: (words.find(([, number]) => Object.is(inner, number))?.[0] ?? inner);
	return JSON.stringify(value, plainly, indent);
}

/** The value again, with objects for maps. @throws SyntaxError for a text that was cut */
export function decode(text: string): unknown {
	return JSON.parse(text, (_key, inner: unknown) => words.find(([word]) => word === inner)?.[1] ?? inner);
}
