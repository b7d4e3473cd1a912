import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {Command} from 'commander';
import {
	configOption,
	declare,
	flag,
	outputDirectory,
	pick,
	settle,
	UsageError,
	type Option,
} from '../../../lib/cli/options';
import {temporaryDirectory} from '../temporary';

const directory = temporaryDirectory();

const options: readonly Option[] = [
	{name: 'learningRate', kind: 'number', help: 'rate', standard: 0.1},
	{name: 'output', kind: 'string', help: 'where'},
	{name: 'bias', kind: 'boolean', help: 'biases', standard: true},
	{name: 'gelu', kind: ['tanh', 'erf'], help: 'form'},
	configOption,
];

const given = (...argv: string[]) =>
	settle(declare(new Command(), options).parse(argv, {from: 'user'}).opts(), options);

function config(content: unknown): string {
	const path = join(directory(), 'options.json');
	writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
	return path;
}

describe('options', () => {
	test('a flag is the name with hyphens', () => {
		expect(flag('learningRate')).toBe('--learning-rate');
		expect(flag('beta1')).toBe('--beta1');
	});

	test('flags become values of their kind, and only those that were given', () => {
		const settings = given('--learning-rate', '1e-3', '--output', 'a b', '--no-bias', '--gelu', 'erf');
		expect(settings).toEqual({learningRate: 1e-3, output: 'a b', bias: false, gelu: 'erf'});
		expect(given()).toEqual({});
		expect(given('--bias')).toEqual({bias: true});
	});

	test('flags stand over the file', () => {
		const path = config({learningRate: 1, output: 'a', bias: false});
		expect(given('--config', path, '--learning-rate', '2', '--bias')).toMatchObject({
			learningRate: 2,
			output: 'a',
			bias: true,
		});
	});

	test.each([
		[['--learning-rate', 'fast'], 'Expected `--learning-rate` to be a number, got `fast`'],
		[['--learning-rate', ''], 'Expected `--learning-rate` to be a number, got ``'],
		[['--gelu', 'efr'], 'Unknown value `efr` of `--gelu`, did you mean `erf`?'],
		[['--gelu', 'polynomial'], 'Unknown value `polynomial` of `--gelu`, expected one of tanh, erf'],
	])('%j is a usage error', (argv, message) => {
		expect(() => given(...argv)).toThrow(UsageError);
		expect(() => given(...argv)).toThrow(message);
	});

	test.each([
		['an unknown key', {learningrate: 1}, /Unknown option `learningrate` in `.*`, did you mean `learningRate`\?/],
		['another file', {config: 'x'}, /^Unknown option `config` in `[^`]*`$/],
		['a number as text', {learningRate: '1'}, /Expected `learningRate` in `.*` to be a number, got `1`/],
		['a value that does not exist', {gelu: 'relu'}, /Unknown value `relu` of `gelu` in/],
		['a list', [1], /to hold an object of options/],
		['no JSON', '{', /is no JSON: /],
	])('a file with %s is a usage error', (_name, content, message) => {
		const path = config(content);
		expect(() => given('--config', path)).toThrow(UsageError);
		expect(() => given('--config', path)).toThrow(message);
	});

	test('a file that is not there is ERR_SOPHIA_IO', () => {
		expect(() => given('--config', join(directory(), 'none'))).toThrow(
			expect.objectContaining({code: 'ERR_SOPHIA_IO'}),
		);
	});

	test('a directory for a file is named as one', () => {
		const message = `Expected \`${directory()}\` to be a regular file, got a directory`;
		expect(() => given('--config', directory())).toThrow(expect.objectContaining({code: 'ERR_SOPHIA_IO', message}));
	});

	test('an output is a directory, or the standard one, and never nothing', () => {
		expect(outputDirectory({output: 'a'}, 'run')).toBe('a');
		expect(outputDirectory({}, 'run')).toBe('run');
		expect(() => outputDirectory({output: ''}, 'run')).toThrow(UsageError);
	});

	test('help shows defaults and choices, and of a boolean the flag that changes something', () => {
		const help = declare(new Command(), options).helpInformation();
		expect(help).toMatch(/--learning-rate <number>\s+rate \(default: 0.1\)/);
		expect(help).toMatch(/--gelu <name>\s+form: tanh, erf/);
		expect(help).toMatch(/--no-bias\s+no biases/);
		expect(help).not.toMatch(/--bias/);
	});

	test('pick keeps what was given of some names', () => {
		expect(pick({a: 1, b: 2}, ['a', 'c'])).toEqual({a: 1});
	});
});
