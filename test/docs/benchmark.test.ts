/**
docs/benchmark.md: its commands are those there are, its pipeline makes a text of a dictionary, and its theory holds; and
the README says of the study what the study found.
*/
import {spawnSync} from 'node:child_process';
import {readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {gzipSync} from 'node:zlib';
import {main} from '../../bench/cli';
import {search} from '../../bench/study/descents';
import {methods} from '../../bench/study/methods';
import {standardSurvey} from '../../bench/study/survey';
import {captureOutput} from '../lib/output';
import {temporaryDirectory} from '../lib/temporary';
import {blocks, root} from './page';

const page = 'benchmark.md';
const text = readFileSync(join(root, 'docs', page), 'utf8');
const directory = temporaryDirectory();
const written = captureOutput();

async function help(...words: readonly string[]): Promise<string> {
	written.stdout = '';
	expect([words, await main([...words, '--help']), written.stderr]).toEqual([words, 0, '']);
	return written.stdout;
}

test('every command and every flag is there', async () => {
	const lines = Array.from(text.matchAll(/^(?: {4})?(sophia-bench .*)$/gm), ([, line = '']) => line.replace(/#.*/, ''));
	expect(lines.length).toBeGreaterThan(7);
	const commands = await help();
	for (const line of lines) {
		const [, command = '', ...words] = line.trim().split(/ +/);
		expect(commands).toMatch(new RegExp(`\n {2}${command} `));
		const options = await help(command);
		words.filter((word) => word.startsWith('--')).forEach((flag) => expect(options).toContain(`\n  ${flag} `));
	}
});

const dictionary = `
00-database-short
   The Dictionary

 A preface, which is no entry.

Lark \\Lark\\, v. i. [imp. & p. p. {Larked} (l[aum]rkt); p. pr. &
   vb. n. {Larking}.]
   To sport; to "frolic". [Colloq.]
   [1913 Webster]

   Note: Fa\xe7ades do
         not. [PJC]

   [WordNet 1.5 +PJC]

Laridae \\Laridae\\ prop. n.
   The gull family.
`;

test('the pipeline joins the lines of paragraphs, and the paragraphs of entries', () => {
	const at = directory();
	writeFileSync(join(at, 'gcide.dict.dz'), gzipSync(Buffer.from(dictionary, 'latin1')));
	const [, pipeline = '', prepare = ''] =
		/^(zcat [^]*?)\n(sophia prepare .*)$/m.exec(blocks(page, 'sh')[0] ?? '') ?? [];
	const here = pipeline.replace('/usr/share/dictd/', '');
	expect(spawnSync('sh', ['-c', here], {cwd: at, encoding: 'utf8'})).toMatchObject({status: 0, stderr: ''});
	const documents = readFileSync(join(at, 'gcide.jsonl'), 'utf8')
		.trim()
		.split('\n')
		.map((line) => (JSON.parse(line) as {readonly text: string}).text);
	expect(documents).toEqual([
		'Lark \\Lark\\, v. i. [imp. & p. p. {Larked} (l[aum]rkt); p. pr. & vb. n. {Larking}.] ' +
			'To sport; to "frolic". [Colloq.]\nNote: Façades do not.',
		'Laridae \\Laridae\\ prop. n. The gull family.',
	]);
	const words = prepare.replace('0.03', '0.5').split(' ').slice(1);
	const prepared = spawnSync(process.execPath, [join(root, 'dist/cli/main.js'), ...words, '--split', 'end'], {cwd: at});
	expect(prepared.status).toBe(0);
});

test('the theory is as it stands there, within what rounding of another processor does', async () => {
	const {size, seed, tolerance, limit} = standardSurvey;
	for (const problem of ['separable', 'rotated'] as const) {
		const table = text.match(/(?:^\|.*\n)+/gm)?.find((each) => each.startsWith('|') && heads[problem].test(each)) ?? '';
		const rows = table.split('\n').map((row) =>
			row
				.split('|')
				.slice(2)
				.map((cell) => Number(cell.replace(',', ''))),
		);
		const numbers = rows.filter(([first = NaN]) => first > 0);
		for (const [i, method] of methods.entries()) {
			for (const [place, condition] of [10, 1000].entries()) {
				const {steps = NaN} = await search({problem, condition, size, seed}, method, {tolerance, limit});
				expect(Math.abs(steps / (numbers[i]?.[place] ?? NaN) - 1)).toBeLessThan(0.05);
			}
		}
	}
});

const heads = {separable: /^\| separable /, rotated: /^\| the same, rotated /};

/** What programs are told of a study, of one sort. */
function told(sort: string): readonly Record<string, unknown>[] {
	const lines = readFileSync(join(root, 'bench/results/cpu-small/results.jsonl'), 'utf8').trim().split('\n');
	return lines.map((line) => JSON.parse(line) as Record<string, unknown>).filter((line) => line.sort === sort);
}

/** Numbers of a README have a minus sign. */
const signed = (value: number, digits: number) => value.toFixed(digits).replace('-', '−');

test('the README tells the verdicts of the study, all of them, with their intervals', () => {
	const readme = readFileSync(join(root, 'README.md'), 'utf8');
	const verdicts = told('verdict') as readonly {
		readonly optimizer: string;
		readonly ratio: number;
		readonly mean: number;
		readonly interval: {readonly low: number; readonly high: number};
		readonly verdict: string;
	}[];
	expect(verdicts.length).toBeGreaterThan(8);
	for (const {optimizer, ratio, mean, interval, verdict} of verdicts) {
		const cells = `${signed(mean, 3)} (${signed(interval.low, 3)} to ${signed(interval.high, 3)}), ${verdict}`;
		const row =
			readme
				.match(new RegExp(`^\\| ${optimizer} .*$`, 'gm'))
				?.find((line) => line.includes(', better') || line.includes(', worse') || line.includes(', tie')) ?? '';
		expect([optimizer, ratio, row.split('|')[[1, 2, 4].indexOf(ratio) + 2]?.trim()]).toEqual([optimizer, ratio, cells]);
	}
});
