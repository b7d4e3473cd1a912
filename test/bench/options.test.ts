import {UsageError} from '../../lib/cli/options';
import {
	amountOf,
	chooseRivals,
	countOf,
	countsOf,
	limitOf,
	listOf,
	numbersOf,
	pythonOf,
	renamed,
	secondsOf,
	standardThreads,
	textOf,
	wantedOf,
} from '../../bench/options';
import {rivals} from '../../bench/rivals/index';
import {fakeRival} from './setup';

test('numbers are what they should be, or misuse', () => {
	expect(countOf({}, 'rounds', 5)).toBe(5);
	expect(countOf({rounds: 3}, 'rounds', 5)).toBe(3);
	for (const rounds of [0, 1.5, -1, NaN]) {
		expect(() => countOf({rounds}, 'rounds', 5)).toThrow('Expected `--rounds` to be a positive whole number, got');
	}
	expect(amountOf({}, 'seconds', 0.05)).toBe(0.05);
	expect(() => amountOf({seconds: 0}, 'seconds', 1)).toThrow('Expected `--seconds` to be above 0, got `0`');
	expect(() => amountOf({seconds: Infinity}, 'seconds', 1)).toThrow(UsageError);
	expect(() => amountOf({limit: 9}, 'limit', 1, 8)).toThrow('Expected `--limit` to be at most 8, got `9`');
	expect(() => countOf({seeds: 2}, 'seeds', 5, {least: 3})).toThrow('Expected `--seeds` to be at least 3, got `2`');
	expect(() => countOf({seeds: 9}, 'seeds', 5, {most: 8})).toThrow('Expected `--seeds` to be at most 8, got `9`');
	expect(() => numbersOf({ratios: '1,9'}, 'ratios', [], 8)).toThrow('Expected `--ratios` to be at most 8, got `9`');
	expect(numbersOf({ratios: '2,1,2'}, 'ratios', [])).toEqual([1, 2]);
	expect(() => countOf({rounds: 1e9}, 'rounds', 5)).toThrow('Expected `--rounds` to be at most 1000000, got');
	expect(() => countsOf({threads: '1,1e5'}, 'threads', [])).toThrow('`--threads` to be at most 4096, got `100000`');
	expect([limitOf({}), limitOf({limit: 3})]).toEqual([120, 3]);
	expect(secondsOf({seconds: 2, limit: 3}, 1)).toBe(2);
	expect(() => secondsOf({limit: 1}, 1)).toThrow('Expected `--seconds` to be below `--limit`, 1, got `1`');
	expect(countsOf({threads: '1,4'}, 'threads', [])).toEqual([1, 4]);
	expect(() => countsOf({threads: '1,two'}, 'threads', [])).toThrow('`--threads` to be a positive whole number');
	expect(standardThreads()[0]).toBe(1);
	expect(textOf({only: 'a'}, 'only')).toBe('a');
});

test('lists name what there is', () => {
	expect(listOf({}, 'products', ['y', 'dx'])).toEqual(['y', 'dx']);
	expect(listOf({products: 'dx'}, 'products', ['y'], ['y', 'dx'])).toEqual(['dx']);
	expect(() => listOf({parts: 'cycels'}, 'parts', [], ['rows', 'cycles'])).toThrow(
		'Unknown value `cycels` of `--parts`, did you mean `cycles`?',
	);
});

test('ours and the limits of the machine always take part, others where they are asked for', () => {
	const names = (rivalsOf?: string) =>
		chooseRivals(rivals, rivalsOf === undefined ? {} : {rivals: rivalsOf}).map((rival) => rival.name);
	const constant = ['ours', 'ours bf16', 'peak', 'plain loop', 'copy', 'update'];
	expect(names('none')).toEqual(constant);
	expect(names('onednn,OpenBLAS')).toEqual(expect.arrayContaining([...constant, 'oneDNN', 'OpenBLAS']));
	expect(names('onednn')).not.toContain('oneDNN packed');
	expect(names()).toHaveLength(rivals.length);
	expect(() => names('openblaas')).toThrow(/^Unknown rival `openblaas`, expected some of oneDNN, /);
});

test('rows are chosen by words of their names', () => {
	const rows = [{name: '256 768x768 y, 1 thread'}, {name: '256 768x768 dx, 2 threads'}];
	expect(wantedOf(rows, {})).toEqual(rows);
	expect(wantedOf(rows, {only: '768x768 dx'})).toEqual([rows[1]]);
	expect(wantedOf(rows, {only: 'nothing'})).toEqual([]);
});

test('one contender under several names', () => {
	expect(renamed(fakeRival('it', 'steady', '1'), ['a', 'b']).map(({name}) => name)).toEqual(['a', 'b']);
});

test('Python is that of --python, else that of the environment', () => {
	expect(pythonOf({python: 'python4'})).toBe('python4');
	process.env.PYTHON = '/opt/python';
	expect(pythonOf({})).toBe('/opt/python');
	process.env.PYTHON = '';
	expect(pythonOf({})).toBe('python3');
	delete process.env.PYTHON;
});
