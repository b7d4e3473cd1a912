/**
Options of a command: one table says what there is, and `--help`, the flags and the keys of a JSON file come of it.
A flag is the name with hyphens, `--learning-rate`; a key of the file is the name itself, `learningRate`.
*/
import {readFileSync, statSync} from 'node:fs';
import {Option as Flag, type Command} from 'commander';
import {suggestion} from '../check';
import {messageOf, wrap} from '../errors';
import {noFile} from '../files';

export interface Option {
	readonly name: string;
	/** What it takes; a list is a choice among its strings. */
	readonly kind: 'number' | 'string' | 'boolean' | readonly string[];
	readonly help: string;
	/** The default, as `--help` shows it. The code that uses the value decides it. */
	readonly standard?: string | number | boolean | undefined;
}

/** What a command was told, by name. Only what was given is there. */
export type Settings = Readonly<Record<string, unknown>>;

/** A command line or a configuration file that makes no sense. The command exits with 2. */
export class UsageError extends Error {}

/** A JSON file of options; flags stand over it. */
export const configOption: Option = {name: 'config', kind: 'string', help: 'JSON file of options; flags stand over it'};

/** The flag of a name: `learningRate` is `--learning-rate`. */
export function flag(name: string): string {
	return `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** Declares the flags of a table. A boolean has two; help shows the one that changes something. */
export function declare(command: Command, options: readonly Option[]): Command {
	for (const {name, kind, help, standard} of options) {
		const shown = standard === undefined || typeof standard === 'boolean' ? '' : ` (default: ${standard})`;
		if (kind === 'boolean') {
			command.addOption(new Flag(flag(name), help).hideHelp(standard === true));
			command.addOption(new Flag(flag(name).replace('--', '--no-'), `no ${help}`).hideHelp(standard !== true));
		} else if (typeof kind === 'string') {
			command.option(`${flag(name)} <${kind}>`, help + shown);
		} else {
			command.option(`${flag(name)} <name>`, `${help}: ${kind.join(', ')}${shown}`);
		}
	}
	return command;
}

/**
What the flags and the configuration file say, in the types of the table.

@throws UsageError for a key that is not in the table, naming the nearest that is, and for a value of the wrong type.
*/
export function settle(flags: Settings, options: readonly Option[]): Settings {
	const file = typeof flags.config === 'string' ? readConfig(flags.config, options) : {};
	const given = options.filter(({name}) => flags[name] !== undefined);
	return {...file, ...Object.fromEntries(given.map((option) => [option.name, fromFlag(option, flags[option.name])]))};
}

/** The settings of those names, where they were given. */
export function pick(settings: Settings, names: readonly string[]): Settings {
	return Object.fromEntries(Object.entries(settings).filter(([name]) => names.includes(name)));
}

/** The directory that `--output` names, else the standard one. @throws UsageError when it is empty */
export function outputDirectory({output}: Settings, standard: string): string {
	if (output === '') {
		throw new UsageError('Expected `--output` to be a directory, got nothing');
	}
	return (output as string | undefined) ?? standard;
}

function fromFlag({name, kind}: Option, value: unknown): unknown {
	if (kind !== 'number') {
		return choose(flag(name), kind, value);
	}
	const number = String(value).trim() === '' ? NaN : Number(value);
	if (Number.isNaN(number)) {
		throw new UsageError(`Expected \`${flag(name)}\` to be a number, got \`${String(value)}\``);
	}
	return number;
}

function readConfig(path: string, options: readonly Option[]): Settings {
	const json = parse(
		path,
		wrap(() => read(path)),
	);
	for (const [key, value] of Object.entries(json)) {
		const option = options.find(({name}) => name === key && name !== configOption.name);
		if (option === undefined) {
			const known = options.map(({name}) => name).filter((name) => name !== configOption.name);
			throw new UsageError(`Unknown option \`${key}\` in \`${path}\`${suggestion(key, known)}`);
		}
		choose(`${key}\` in \`${path}`, option.kind, value);
	}
	return json;
}

/** A pipe, as of `--config <(…)`, will do. */
function read(path: string): string {
	const stats = statSync(path);
	if (stats.isDirectory()) {
		throw noFile(path, stats);
	}
	return readFileSync(path, 'utf8');
}

function parse(path: string, text: string): Settings {
	let json: unknown;
	try {
		json = JSON.parse(text);
	} catch (error) {
		throw new UsageError(`\`${path}\` is no JSON: ${messageOf(error)}`);
	}
	if (typeof json !== 'object' || json === null || Array.isArray(json)) {
		throw new UsageError(`Expected \`${path}\` to hold an object of options`);
	}
	return json as Settings;
}

function choose(name: string, kind: Option['kind'], value: unknown): unknown {
	if (typeof kind !== 'string') {
		if (!kind.includes(value as string)) {
			const hint = suggestion(String(value), kind) || `, expected one of ${kind.join(', ')}`;
			throw new UsageError(`Unknown value \`${String(value)}\` of \`${name}\`${hint}`);
		}
	} else if (typeof value !== kind) {
		throw new UsageError(`Expected \`${name}\` to be a ${kind}, got \`${String(value)}\``);
	}
	return value;
}
