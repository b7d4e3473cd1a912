/**
Argument checks, in one voice: what was expected, of which option, and what came instead. Every function returns the
value it was given, so that a check and an assignment are one line.

@throws TypeError or RangeError with code `ERR_SOPHIA_INVALID_ARGUMENT`, from every function here.
*/
import {inspect, types} from 'node:util';
import {distance} from 'fastest-levenshtein';
import {argumentError} from './errors';

const shown = {breakLength: Infinity, compact: true, depth: 1, maxArrayLength: 8, maxStringLength: 200};

/** What came, in a line: not all of a large value, and no control characters, which a terminal would obey. */
export function got(value: unknown): string {
	const plain = typeof value === 'string' && value.length <= shown.maxStringLength && !/\p{Cc}/u.test(value);
	return `got \`${plain ? value : inspect(value, shown)}\``;
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

/** A string, which may be empty. */
export function text(name: string, value: unknown): string {
	demandType(typeof value === 'string', name, value, 'a string');
	return value as string;
}

/** A number in [low, high). */
export function inRange(name: string, value: unknown, low: number, high: number): number {
	const given = number(name, value);
	return demand(given >= low && given < high, name, given, `in [${low}, ${high})`);
}

function bounded(holds: (given: number) => boolean, expected: string) {
	return (name: string, value: unknown): number => {
		const given = number(name, value);
		return demand(holds(given), name, given, expected);
	};
}

/** A finite number. */
export const finite = bounded((given) => Math.abs(given) < Infinity, 'finite');

/** A finite number above 0. */
export const positive = bounded((given) => given > 0 && given < Infinity, 'positive and finite');

/** A finite number, 0 or above. */
export const nonNegative = bounded((given) => given >= 0 && given < Infinity, 'at least 0 and finite');

/** A number in [0, 1]. */
export const ratio = bounded((given) => given >= 0 && given <= 1, 'in [0, 1]');

/** A number in (0, 1]. */
export const fraction = bounded((given) => given > 0 && given <= 1, 'in (0, 1]');

/** A number in (0, 1). */
export const properFraction = bounded((given) => given > 0 && given < 1, 'in (0, 1)');

/** A whole number in [low, high]; without bounds any that a double holds exactly. */
export function integer(name: string, value: unknown, low = 0, high = Number.MAX_SAFE_INTEGER): number {
	const given = number(name, value, 'an integer');
	demand(Number.isInteger(given), name, given, 'an integer');
	const bounds = high === Number.MAX_SAFE_INTEGER ? `of at least ${low} and below 2^53` : `in [${low}, ${high}]`;
	return demand(given >= low && given <= high, name, given, `an integer ${bounds}`);
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

/** The address of memory. */
export function address(name: string, value: unknown): bigint {
	demandType(typeof value === 'bigint', name, value, 'an address: a bigint');
	const given = value as bigint;
	return demand(given > 0n && given < 2n ** 64n, name, given, 'an address: above 0 and below 2^64');
}

/** A path of the file system. */
export function path(name: string, value: unknown): string {
	const given = string(name, value);
	return demand(!given.includes('\0'), name, given, 'a path, without NUL characters');
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

/** An object of that class; `noun` is its name with an article. */
export function instance<T>(name: string, value: unknown, type: {readonly prototype: T}, noun: string): T {
	demandType(value instanceof (type as unknown as new () => T), name, value, noun);
	return value as T;
}

/** Anything to be called, such as a listener. */
export function callable<T>(name: string, value: T): T {
	demandType(typeof value === 'function', name, value, 'a function');
	return value;
}

/** An `AbortSignal`, of this realm or another, or `undefined`. */
export function signal(name: string, value: unknown): AbortSignal | undefined {
	const {aborted, addEventListener: add, removeEventListener: remove} = (value ?? {}) as Partial<AbortSignal>;
	const holds = typeof aborted === 'boolean' && typeof add === 'function' && typeof remove === 'function';
	demandType(value === undefined || holds, name, value, 'an AbortSignal');
	return value as AbortSignal | undefined;
}

/** An array, a typed array or anything else with a length and elements, but not a string. */
export function list(name: string, value: unknown): ArrayLike<unknown> {
	const {length = NaN} = (typeof value === 'object' && value !== null ? value : {}) as {length?: number};
	demandType(Number.isInteger(length) && length >= 0 && length <= maximumCount, name, value, 'an array');
	return value as ArrayLike<unknown>;
}

/** A `Float32Array`, of this realm or another. */
export function float32Array(name: string, value: unknown): Float32Array {
	demandType(types.isFloat32Array(value), name, value, 'a Float32Array');
	return value as Float32Array;
}

/** An `Int32Array`, of this realm or another. */
export function int32Array(name: string, value: unknown): Int32Array {
	demandType(types.isInt32Array(value), name, value, 'an Int32Array');
	return value as Int32Array;
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
