/** Options that every trial has, and how lists and names are read. */
import {availableParallelism} from 'node:os';
import {suggestion} from '#lib/check';
import {variable} from '#lib/environment';
import {UsageError, flag, type Option, type Settings} from '#lib/cli/options';
import {constant} from './rivals/index';
import type {Rival} from './rivals/rival';

export const commonOptions: readonly Option[] = [
	{name: 'rivals', kind: 'string', help: 'whom to measure beside ours, by name with commas; `none` for nobody'},
	{name: 'python', kind: 'string', help: 'the Python that has PyTorch', standard: '$PYTHON, else python3'},
	{name: 'rounds', kind: 'number', help: 'turns that everybody has', standard: 5},
	{name: 'limit', kind: 'number', help: 'seconds after which a contender counts as hung', standard: 120},
	{name: 'only', kind: 'string', help: 'the rows whose name has all of these words'},
	{name: 'output', kind: 'string', help: 'file of JSON lines that the results are written to as they come'},
];

/** A text that was given. */
export function textOf(settings: Settings, name: string): string | undefined {
	return settings[name] as string | undefined; // settle() has looked at its type
}

/** More threads than any machine has; a contender that started so many would only fail. */
const mostThreads = 4096;
/** Of everything else that is counted. */
const mostCounted = 1e6;
/** Seconds of a day: who needs longer hangs. */
export const longestLimit = 86400;

/** A positive whole number. @throws UsageError */
export function countOf(
	settings: Settings,
	name: string,
	standard: number,
	{least = 1, most = Infinity}: {readonly least?: number; readonly most?: number} = {},
): number {
	const count = checkCount(name, (settings[name] ?? standard) as number);
	if (count < least) {
		throw new UsageError(`Expected \`${flag(name)}\` to be at least ${least}, got \`${count}\``);
	}
	expectAtMost(name, count, most);
	return count;
}

/** @throws UsageError */
function expectAtMost(name: string, value: number, most: number): void {
	if (value > most) {
		throw new UsageError(`Expected \`${flag(name)}\` to be at most ${most}, got \`${value}\``);
	}
}

/** A positive number. @throws UsageError */
export function amountOf(settings: Settings, name: string, standard: number, most = Infinity): number {
	const value = (settings[name] ?? standard) as number;
	if (!(value > 0 && value < Infinity)) {
		throw new UsageError(`Expected \`${flag(name)}\` to be above 0, got \`${value}\``);
	}
	expectAtMost(name, value, most);
	return value;
}

/** Seconds after which a contender counts as hung. @throws UsageError */
export function limitOf(settings: Settings): number {
	const standard = commonOptions.find(({name}) => name === 'limit')?.standard;
	return amountOf(settings, 'limit', Number(standard), longestLimit);
}

/** Seconds of a turn: fewer than those after which a contender counts as hung. @throws UsageError */
export function secondsOf(settings: Settings, standard: number): number {
	const [seconds, limit] = [amountOf(settings, 'seconds', standard), limitOf(settings)];
	if (seconds >= limit) {
		throw new UsageError(`Expected \`--seconds\` to be below \`--limit\`, ${limit}, got \`${seconds}\``);
	}
	return seconds;
}

/** Positive whole numbers with commas. @throws UsageError */
export function countsOf(settings: Settings, name: string, standard: readonly number[]): readonly number[] {
	const words = textOf(settings, name)?.split(',');
	return words?.map((each) => checkCount(name, Number(each))) ?? standard;
}

/** Positive numbers with commas, each once. @throws UsageError */
export function numbersOf(
	settings: Settings,
	name: string,
	standard: readonly number[],
	most = Infinity,
): readonly number[] {
	const words = textOf(settings, name)?.split(',');
	const numbers = words?.map((word) => amountOf({[name]: Number(word)}, name, NaN, most)) ?? standard;
	return [...new Set(numbers)].sort((a, b) => a - b);
}

/** Words with commas. @throws UsageError for one that is none of those */
export function listOf(
	settings: Settings,
	name: string,
	standard: readonly string[],
	among?: readonly string[],
): readonly string[] {
	const words = textOf(settings, name)?.split(',') ?? standard;
	const unknown = words.find((word) => among?.includes(word) === false);
	if (unknown !== undefined) {
		const hint = suggestion(unknown, among ?? []) || `, expected some of ${(among ?? []).join(', ')}`;
		throw new UsageError(`Unknown value \`${unknown}\` of \`${flag(name)}\`${hint}`);
	}
	return words;
}

function checkCount(name: string, value: number): number {
	if (!Number.isSafeInteger(value) || value < 1) {
		throw new UsageError(`Expected \`${flag(name)}\` to be a positive whole number, got \`${value}\``);
	}
	expectAtMost(name, value, name === 'threads' ? mostThreads : mostCounted);
	return value;
}

/** One thread, and all that there are. */
export function standardThreads(): readonly number[] {
	return [...new Set([1, availableParallelism()])];
}

/** The same contender under other names: a process for each. */
export function renamed({kinds, launch}: Rival, names: readonly string[]): readonly Rival[] {
	return names.map((name) => ({name, kinds, launch}));
}

/** Ours, the ceilings, and those rivals that are asked for. @throws UsageError for a name that is nobody's */
export function chooseRivals(all: readonly Rival[], settings: Settings): readonly Rival[] {
	const names = textOf(settings, 'rivals');
	if (names === undefined) {
		return all;
	}
	const optional = all.filter(({name}) => !constant.includes(name));
	const wanted = names === 'none' ? [] : names.split(',');
	const unknown = wanted.find((word) => !optional.some(({name}) => matches(name, word)));
	if (unknown !== undefined) {
		const known = optional.map(({name}) => name).join(', ');
		throw new UsageError(`Unknown rival \`${unknown}\`, expected some of ${known}`);
	}
	return all.filter(({name}) => constant.includes(name) || wanted.some((word) => matches(name, word)));
}

const matches = (name: string, word: string) => name.toLowerCase() === word.trim().toLowerCase();

/** The rows whose name has every word of `--only`. */
export function wantedOf<Row extends {readonly name: string}>(
	rows: readonly Row[],
	settings: Settings,
): readonly Row[] {
	const words = textOf(settings, 'only')?.split(' ') ?? [];
	return rows.filter(({name}) => words.every((word) => name.includes(word)));
}

/** The interpreter that has PyTorch. */
export function pythonOf(settings: Settings): string {
	return textOf(settings, 'python') ?? variable('PYTHON') ?? 'python3';
}
