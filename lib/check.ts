/**
Argument checks, in one voice: what was expected, of which option, and what came instead. Every function returns the
value it was given, so that a check and an assignment are one line.

@throws TypeError or RangeError with code `ERR_SOPHIA_INVALID_ARGUMENT`, from every function here.
*/
import {inspect} from 'node:util';
import {distance} from 'fastest-levenshtein';
import {argumentError} from './errors';

function got(value: unknown): string {
	return `got \`${typeof value === 'string' ? value : inspect(value, {breakLength: Infinity})}\``;
}

function demandType(holds: boolean, name: string, value: unknown, noun: string): void {
	if (!holds) {
		throw argumentError('type', `Expected \`${name}\` to be ${noun}, ${got(value)} (${typeof value})`);
	}
}

function demand<T>(holds: boolean, name: string, value: T, expected: string): T {
	if (!holds) {
		throw argumentError('range', `Expected \`${name}\` to be ${expected}, ${got(value)}`);
	}
	return value;
}

function number(name: string, value: unknown, noun = 'a number'): number {
	demandType(typeof value === 'number' && !Number.isNaN(value), name, value, noun);
	return value as number;
}

function text(name: string, value: unknown): string {
	demandType(typeof value === 'string', name, value, 'a string');
	return value as string;
}

/** A number in [low, high). */
export function inRange(name: string, value: unknown, low: number, high: number): number {
	const given = number(name, value);
	return demand(given >= low && given < high, name, given, `in [${low}, ${high})`);
}

/** A finite number above 0. */
export function positive(name: string, value: unknown): number {
	const given = number(name, value);
	return demand(given > 0 && given < Infinity, name, given, 'positive and finite');
}

/** A finite number, 0 or above. */
export function nonNegative(name: string, value: unknown): number {
	const given = number(name, value);
	return demand(given >= 0 && given < Infinity, name, given, 'at least 0 and finite');
}

/** A number in [0, 1]. */
export function ratio(name: string, value: unknown): number {
	const given = number(name, value);
	return demand(given >= 0 && given <= 1, name, given, 'in [0, 1]');
}

/** A number in (0, 1]. */
export function fraction(name: string, value: unknown): number {
	const given = number(name, value);
	return demand(given > 0 && given <= 1, name, given, 'in (0, 1]');
}

/** A whole number in [low, high]; without bounds any that a double holds exactly. */
export function integer(name: string, value: unknown, low = 0, high = Number.MAX_SAFE_INTEGER): number {
	const given = number(name, value, 'an integer');
	demand(Number.isInteger(given), name, given, 'an integer');
	const bounds = high === Number.MAX_SAFE_INTEGER ? `an integer of at least ${low}` : `an integer in [${low}, ${high}]`;
	return demand(given >= low && given <= high, name, given, bounds);
}

/** The largest 32-bit count; sizes that cross the boundary as C++ `int` stay below it. */
export const maximumCount = 2 ** 31 - 1;

/** A 32-bit whole number of at least `low`: a size, a count of steps or of tokens in a batch. */
export function count(name: string, value: unknown, low = 1): number {
	return integer(name, value, low, maximumCount);
}

/** `true` or `false`. */
export function boolean(name: string, value: unknown): boolean {
	demandType(typeof value === 'boolean', name, value, 'a boolean');
	return value as boolean;
}

/** A string of at least one character. */
export function string(name: string, value: unknown): string {
	const given = text(name, value);
	return demand(given !== '', name, given, 'a string that is not empty');
}

/** One of a few strings. */
export function oneOf<const T extends string>(name: string, value: unknown, choices: readonly T[]): T {
	const given = text(name, value);
	const list = choices.map((choice) => `\`${choice}\``).join(', ');
	return demand(choices.includes(given as T), name, given as T, `one of ${list}`);
}

/** A plain object: options, a configuration. */
export function object(name: string, value: unknown): Readonly<Record<string, unknown>> {
	demandType(typeof value === 'object' && value !== null && !Array.isArray(value), name, value, 'an object');
	return value as Readonly<Record<string, unknown>>;
}

/** The known name nearest to `name`, as ", did you mean `x`?", or nothing when none is near. */
export function suggestion(name: string, known: readonly string[]): string {
	const [nearest] = known
		.map((candidate) => ({candidate, edits: distance(name.toLowerCase(), candidate.toLowerCase())}))
		.sort((a, b) => a.edits - b.edits);
	const near = nearest !== undefined && nearest.edits <= Math.max(2, name.length / 3);
	return near ? `, did you mean \`${nearest.candidate}\`?` : '';
}

/** Rejects a key that is not known, naming the nearest one that is. */
export function knownKeys(given: object, known: readonly string[]): void {
	for (const key of Object.keys(given)) {
		if (!known.includes(key)) {
			throw argumentError('type', `Unknown option \`${key}\`${suggestion(key, known)}`);
		}
	}
}

/**
The options a class was given over its defaults. The keys of `defaults` are the options that exist, so a default, the
list of names and the help of the command line have one home. `undefined` counts as not given.
*/
export function withDefaults<T extends object>(given: object, defaults: T): T {
	knownKeys(object('options', given), Object.keys(defaults));
	const present = Object.entries(given).filter(([, value]) => value !== undefined);
	return {...defaults, ...Object.fromEntries(present)};
}
