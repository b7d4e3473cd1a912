// The memory traffic of every kernel that memory bounds, as the emulator counts it: the table of native/cuda/README.md.
//
//   npm run traffic [-- FILE]             compares the table with what build/tests/checked prints, or printed into FILE
//   npm run traffic -- --write [FILE]     writes the table
import {spawnSync} from 'node:child_process';
import {readFileSync, writeFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {parseArgs} from 'node:util';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const page = join(root, 'native', 'cuda', 'README.md');
const program = join(root, 'build', 'tests', 'checked');
const [begin, end] = ['<!-- traffic: `npm run traffic -- --write` -->\n', '<!-- end of traffic -->\n'];

/** The tests of traffic are those whose name says so. */
function counted() {
	const env = {...process.env, SOPHIA_TRAFFIC: '1'};
	const {stdout, status, error} = spawnSync(program, ['traffic'], {env, encoding: 'utf8', maxBuffer: 1e9});
	if (error)
		throw new Error(`cannot run build/tests/checked (${error.message}): run \`npm test\`, or build that target`);
	if (status !== 0)
		throw new Error(
			`tests fail:\n${stdout
				.split('\n')
				.filter((line) => !line.startsWith('ok'))
				.join('\n')}`,
		);
	return stdout;
}

function rowsOf(text) {
	const lines = text.split('\n').filter((line) => line.startsWith('traffic\t'));
	return lines.map((line) => {
		const [, pass, shape, leastOf, reason, ...numbers] = line.split('\t');
		const [least, parameters, requested, distinct, used] = numbers.map(Number);
		return {pass, shape, leastOf, reason, least, parameters, requested, distinct, used};
	});
}

function lines(header, rows) {
	const all = [header, ...rows];
	const widths = header.map((_, column) => Math.max(3, ...all.map((cells) => [...cells[column]].length)));
	const line = (cells) => `| ${cells.map((cell, i) => cell + ' '.repeat(widths[i] - [...cell].length)).join(' | ')} |`;
	return [line(header), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
}

/** As prettier lays it out. */
function table(rows) {
	const header = [
		'pass',
		'shape',
		'the least is',
		'least, bytes',
		'requested',
		'ratio',
		'distinct',
		'coalescing',
		'per parameter',
	];
	const cells = rows.map((row) => [
		row.reason ? `${row.pass}: ${row.reason}` : row.pass,
		row.shape,
		row.leastOf,
		`${row.least}`,
		`${row.requested}`,
		(row.requested / row.least).toFixed(3),
		(row.distinct / row.least).toFixed(3),
		row.used.toFixed(3),
		row.parameters > 0 ? `${(row.requested / row.parameters).toFixed(2)} bytes` : '',
	]);
	return `\n${lines(
		header,
		cells.sort(([a], [b]) => (a < b ? -1 : 1)),
	)}\n\n`;
}

function main() {
	const {values, positionals} = parseArgs({options: {write: {type: 'boolean'}}, allowPositionals: true});
	const rows = rowsOf(positionals.length > 0 ? readFileSync(positionals[0], 'utf8') : counted());
	if (rows.length === 0) throw new Error('no traffic was printed');
	const text = readFileSync(page, 'utf8');
	const [before, old, after] = text.split(new RegExp(`(?<=${begin})|(?=${end})`));
	if (after === undefined) throw new Error('native/cuda/README.md lacks the markers of the table');
	const now = table(rows);
	if (values.write) writeFileSync(page, before + now + after);
	else if (now !== old) {
		const known = new Set(old.split('\n'));
		const other = now.split('\n').filter((line) => !known.has(line));
		throw new Error(
			`native/cuda/README.md states other traffic; \`npm run traffic -- --write\` writes:\n${other.join('\n')}`,
		);
	}
}

try {
	main();
} catch (error) {
	console.error(`traffic: ${error.message}`);
	process.exitCode = 1;
}
