/** Options that every trial has, and how lists and names are read. */
import {availableParallelism} from 'node:os';
import {suggestion} from '#lib/check';
import {UsageError, flag, type Option, type Settings} from '#lib/cli/options';
import type {Rival} from './rivals/rival';

export const commonOptions: readonly Option[] = [
	{name: 'rivals', kind: 'string', help: 'whom to measure beside ours, by name with commas; `none` for nobody'},
	{name: 'python', kind: 'string', help: 'the Python that has PyTorch: $PYTHON, or', standard: 'python3'},
	{name: 'rounds', kind: 'number', help: 'turns that everybody has', standard: 5},
	{name: 'limit', kind: 'number', help: 'seconds after which a contender counts as hung', standard: 120},
	{name: 'only', kind: 'string', help: 'leave out the rows whose text does not have these words'},
	{name: 'output', kind: 'string', help: 'file of JSON lines that the results are written to as they come'},
];

/** A positive whole number. @throws UsageError */
export function countOf(settings: Settings, name: string, standard: number): number {
	return checkCount(flag(name), settings[name] ?? standard);
}

/** A positive number. @throws UsageError */
export function amountOf(settings: Settings, name: string, standard: number): number {
	const value = settings[name] ?? standard;
	if (!(typeof value === 'number' && value > 0 && value < Infinity)) {
		throw new UsageError(`Expected \`${flag(name)}\` to be above 0, got \`${String(value)}\``);
	}
	return value;
}

/** Positive whole numbers with commas. @throws UsageError */
export function countsOf(settings: Settings, name: string, standard: readonly number[]): readonly number[] {
	return settings[name] === undefined
		? standard
		: String(settings[name])
				.split(',')
				.map((each) => checkCount(flag(name), Number(each)));
}

/** Words with commas. @throws UsageError for one that is none of those */
export function listOf(
	settings: Settings,
	name: string,
	standard: readonly string[],
	among?: readonly string[],
): readonly string[] {
	const words = settings[name] === undefined ? standard : String(settings[name]).split(',');
	const unknown = words.find((word) => among?.includes(word) === false);
	if (unknown !== undefined) {
		const hint = suggestion(unknown, among ?? []) || `, expected some of ${(among ?? []).join(', ')}`;
		throw new UsageError(`Unknown value \`${unknown}\` of \`${flag(name)}\`${hint}`);
	}
	return words;
}

function checkCount(name: string, value: unknown): number {
	if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 1) {
		throw new UsageError(`Expected \`${name}\` to be a positive whole number, got \`${String(value)}\``);
	}
	return value;
}

/** One thread, and all that there are. */
export function standardThreads(): readonly number[] {
	return [...new Set([1, availableParallelism()])];
}

/** Ours, the ceilings, and those rivals that are asked for. @throws UsageError for a name that is nobody's */
export function chooseRivals(all: readonly Rival[], settings: Settings): readonly Rival[] {
	if (settings.rivals === undefined) {
		return all;
	}
	const optional = all.filter(({name}) => !always.includes(name));
	const wanted = settings.rivals === 'none' ? [] : String(settings.rivals).split(',');
	const unknown = wanted.find((word) => !optional.some(({name}) => matches(name, word)));
	if (unknown !== undefined) {
		const known = optional.map(({name}) => name).join(', ');
		throw new UsageError(`Unknown rival \`${unknown}\`, expected some of ${known}`);
	}
	return all.filter(({name}) => always.includes(name) || wanted.some((word) => matches(name, word)));
}

const always = ['ours', 'ours bf16', 'ceilings'];
const matches = (name: string, word: string) => name.toLowerCase() === word.trim().toLowerCase();

/** Whether a row of that name is wanted: the name has every word of `--only`. */
export function isWanted(name: string, {only}: Settings): boolean {
	return only === undefined || String(only).split(' ').every((word) => name.includes(word));
}

/** The interpreter that has PyTorch. */
export function pythonOf({python}: Settings): string {
	return (python as string | undefined) ?? (process.env.PYTHON || 'python3');
}
