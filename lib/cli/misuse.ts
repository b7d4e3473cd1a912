/** What is wrong with a command line, in this project's voice and with the nearest name. */
import type {Command, CommanderError} from 'commander';
import {suggestion} from '../check';

/** Commander's error about a command line, as this project says it. */
export function explain({code, message}: CommanderError, command: Command): string {
	const [, subject = ''] = /'(.+?)'/.exec(message) ?? [];
	const help = `see \`${[command.parent?.name(), command.name()].filter(Boolean).join(' ')} --help\``;
	switch (code) {
		case 'commander.unknownCommand':
			return unknownCommand(subject, command);
		case 'commander.unknownOption':
			return `Unknown option \`${subject}\`${suggestion(subject, optionNames(command))}`;
		case 'commander.optionMissingArgument':
			return `Expected \`${subject.split(' ')[0] ?? ''}\` to have a value`;
		case 'commander.missingArgument':
			return `Expected an argument, \`${subject}\`; ${help}`;
		case 'commander.excessArguments':
			return `Unexpected argument \`${command.args[command.registeredArguments.length] ?? ''}\`; ${help}`;
		case 'commander.help': // asked for nothing, or for the help of a command that is none
			return command.args[1] === undefined ? `Expected a command; ${help}` : unknownCommand(command.args[1], command);
		default:
			return message.replace(/^error: /, '');
	}
}

function unknownCommand(name: string, {commands}: Command): string {
	const known = commands.map((command) => command.name());
	return `Unknown command \`${name}\`${suggestion(name, known)}`;
}

function optionNames({options}: Command): string[] {
	return [...options.map(({long}) => long ?? ''), '--help'];
}
