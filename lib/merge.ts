/** Options that stand over others, part by part. */

type Part = Readonly<Record<string, unknown>>;

const isPart = (value: unknown): value is Part => typeof value === 'object' && value !== null && !Array.isArray(value);

/** `base` with `changes` standing over it, in nested parts as well. `undefined` counts as not given. */
export function merge<T extends object>(base: T, changes: object): T {
	const present = Object.entries(changes).filter(([, value]) => value !== undefined);
	const over = present.map(([key, value]: [string, unknown]) => {
		const below = (base as Part)[key];
		return [key, isPart(below) && isPart(value) ? merge(below, value) : value] as const;
	});
	return {...base, ...Object.fromEntries(over)};
}
