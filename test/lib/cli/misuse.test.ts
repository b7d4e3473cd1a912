import {Command, CommanderError} from 'commander';
import {explain} from '../../../lib/cli/misuse';

/** What is said of a command line. */
function said(line: string): string {
	const program = new Command('sophia').version('1').exitOverride();
	program.configureOutput({writeErr: () => undefined});
	program.command('train').option('--steps <number>', 'steps');
	program.command('sample <checkpoint>').option('--top-k <number>', 'k');
	let words = '';
	for (const command of [program, ...program.commands]) {
		command.exitOverride((error: CommanderError) => {
			words = explain(error, command);
			throw error;
		});
		command.action(() => undefined);
	}
	expect(() => program.parse(line.split(' ').filter(Boolean), {from: 'user'})).toThrow(CommanderError);
	return words;
}

describe('a command line that is wrong', () => {
	test.each([
		['sample train --step 3', 'Unknown option `--step`'],
		['train sample --top 3', 'Unknown option `--top`'],
		['train --stpes 3', 'Unknown option `--stpes`, did you mean `--steps`?'],
		['train --hlep', 'Unknown option `--hlep`, did you mean `--help`?'],
		['train --steps', 'Expected `--steps` to have a value'],
		['sample', 'Expected an argument, `checkpoint`; see `sophia sample --help`'],
		['train now', 'Unexpected argument `now`; see `sophia train --help`'],
		['sample a b c', 'Unexpected argument `b`; see `sophia sample --help`'],
	])('%s', (line, words) => {
		expect(said(line)).toBe(words);
	});
});
