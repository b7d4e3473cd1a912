import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {Report} from '../../bench/report';
import {MemoryOutput} from '../lib/output';
import {temporaryDirectory} from '../lib/temporary';

const directory = temporaryDirectory();

test('rows grow a table: text to the left, numbers to the right', () => {
	const output = new MemoryOutput();
	const report = new Report(undefined, output);
	report.table([
		{title: 'what', width: 6, left: true},
		{title: 'ms', width: 5},
	]);
	report.row(['a', '1.5']);
	report.row(['b']);
	expect(output.text).toBe('what       ms\na         1.5\nb\n');
});

test('progress is a line on a terminal that the next row replaces, and nothing anywhere else', () => {
	const [output, terminal] = [new MemoryOutput(), new MemoryOutput(true)];
	const report = new Report(undefined, output, terminal);
	report.progress(0.25, 'a row', 90);
	report.progress(0.5, 'another', NaN);
	report.say('done');
	report.end();
	expect(terminal.text).toBe('\r\u001B[K 25 %  a row  1m 30s left\r\u001B[K 50 %  another\r\u001B[K');
	expect(output.text).toBe('done\n');
	const plain = new MemoryOutput();
	new Report(undefined, output, plain).progress(0.5, 'a row', 1);
	expect(plain.text).toBe('');
});

test('the file has a line for each object, at once', () => {
	const path = join(directory(), 'results.jsonl');
	const report = new Report(path, new MemoryOutput());
	report.record('row', {name: 'a', ratio: 1.5});
	report.record('goal', {what: 'b', losses: [Infinity, NaN]});
	const lines = readFileSync(path, 'utf8').trim().split('\n');
	expect(lines.map((line) => JSON.parse(line) as object)).toEqual([
		{sort: 'row', name: 'a', ratio: 1.5},
		{sort: 'goal', what: 'b', losses: ['diverged', 'failed']},
	]);
	expect([report.keeps, new Report(undefined).keeps]).toEqual([true, false]);
});
