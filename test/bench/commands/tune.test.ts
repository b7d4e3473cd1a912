// Searches that are interrupted, killed, cut and begun twice.
import {existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {main} from '../../../bench/cli';
import {readCertificate} from '../../../bench/study/certificate';
import {captureOutput} from '../../lib/output';
import {begin, childrenOf, lineOf, linesOf, lives, studyDirectory, until} from './setup';

jest.setTimeout(300_000); // beside others

const directory = studyDirectory();
const written = captureOutput();
const tune = 'tune adamw,lion --runs 12 --ratio 0.02';
const runsOf = (study: string) => join(directory(), study, 'runs.jsonl');
const keysOf = (study: string) => linesOf(runsOf(study)).map(({key}) => String(key));

/** What a search found, but for when and where. */
const found = (study: string) =>
	['adamw', 'lion'].map((name) => {
		const path = join(directory(), study, 'certificates', `${name}-1x16-r0.02-4x16.json`);
		return {...readCertificate(path), made: undefined};
	});

/** Those of a search that nobody disturbs. */
async function whole(): Promise<readonly string[]> {
	if (!existsSync(runsOf('whole'))) {
		expect(await main(lineOf(directory(), 'whole', tune))).toBe(0);
	}
	return keysOf('whole');
}

test('a search of two optimizers is a table of each, a page, and a line of JSON', async () => {
	const output = join(directory(), 'tune.jsonl');
	expect(await main(lineOf(directory(), 'whole', tune, '--output', output))).toBe(0);
	expect(written.stdout).toMatch(/^seeds +0 to 2$/m);
	expect(written.stdout).toMatch(/^model +1x16: layers 1, width 16, heads 1, N = 3,072 without embeddings$/m);
	expect(linesOf(output).map(({sort, optimizer}) => [sort, optimizer])).toEqual([
		['study', undefined],
		['certificate', 'adamw'],
		['certificate', 'lion'],
		['document', undefined],
	]);
	expect(readFileSync(join(directory(), 'whole', 'tune.html'), 'utf8')).toContain('Tuning');
	expect(readdirSync(join(directory(), 'whole')).sort()).toEqual(['certificates', 'runs.jsonl', 'tune.html']);
});

test('Ctrl-C keeps what is done, and the same command goes on there', async () => {
	const keys = await whole();
	const line = lineOf(directory(), 'cut', tune);
	const {child, said, ended} = begin(line);
	await until(() => existsSync(runsOf('cut')) && keysOf('cut').length > 4);
	expect(await main(lineOf(directory(), 'cut', 'noise --ratio 0.02'))).toBe(1);
	expect(written.stderr).toContain(`is in use by process ${child.pid}, \`sophia-bench tune\`: wait for its end`);
	await until(() => childrenOf(child.pid).length > 0);
	const workers = childrenOf(child.pid);
	child.kill('SIGINT');
	expect(await ended).toBe(130);
	expect(workers.filter(lives)).toEqual([]);
	expect(said.text).toMatch('sophia-bench: ending the runs; what is done is kept; once more to exit at once\n');
	expect(said.text).toMatch(/^sophia-bench: Interrupted by SIGINT$/m);
	const kept = keysOf('cut');
	expect(kept.length).toBeLessThan(keys.length);
	expect(readFileSync(runsOf('cut'), 'utf8').split('\n')).toHaveLength(kept.length + 1);
	expect(readdirSync(join(directory(), 'cut'))).toEqual(['runs.jsonl']);

	expect(await main(line)).toBe(0);
	expect(keysOf('cut').slice(0, kept.length)).toEqual(kept);
	expect([...keysOf('cut')].sort()).toEqual([...keys].sort());
	expect(found('cut')).toEqual(found('whole'));
});

test('runs that were cut in half lose the run that was cut, and no other', async () => {
	const keys = await whole();
	const text = readFileSync(runsOf('whole'), 'utf8');
	const middle = text.indexOf('\n', text.length / 2) - 10;
	mkdirSync(join(directory(), 'half'));
	writeFileSync(runsOf('half'), text.slice(0, middle));
	const kept = keysOf('half');
	expect(await main(lineOf(directory(), 'half', tune))).toBe(0);
	expect(written.stdout).toContain(
		`runs.jsonl: what is in line ${kept.length + 1} is no run, and is left out; it will be made again\n`,
	);
	expect(keysOf('half').slice(0, kept.length)).toEqual(kept);
	expect([...keysOf('half')].sort()).toEqual([...keys].sort());
	expect(found('half')).toEqual(found('whole'));
});

test('when the command is killed its runs end as well, and the next takes over', async () => {
	const {child, ended} = begin(lineOf(directory(), 'killed', 'noise --ratio 500')); // a quarter of an hour each
	await until(() => childrenOf(child.pid).length === 2);
	const workers = childrenOf(child.pid);
	child.kill('SIGKILL');
	await ended;
	await until(() => !workers.some(lives));
	expect(readdirSync(join(directory(), 'killed'))).toContain('lock');
	expect(await main(lineOf(directory(), 'killed', 'tune lion --runs 1 --ratio 0.02'))).toBe(0);
	expect(readdirSync(join(directory(), 'killed'))).not.toContain('lock');
});

test.each([
	['tune', 'Expected an argument, `optimizers`; see `sophia-bench tune --help`'],
	['tune adam', 'Unknown value `adam` of `--optimizers`, did you mean `adamw`?'],
	['tune adamw --runs 0', 'Expected `--runs` to be a positive whole number, got `0`'],
	['tune adamw --batch 100000', 'Expected `--batch` to be at most 4096, got `100000`'],
	['tune adamw --workers 1e4', 'Expected `--workers` to be at most 256, got `10000`'],
	['noise --seeds 3', 'Expected `--seeds` to be at least 8, got `3`'],
	['noise --seeds 1001', 'Expected `--seeds` to be at most 1000, got `1001`'],
	['reproduce --preset gpu-large', 'Unknown value `gpu-large` of `--preset`, expected one of cpu-small'],
])('`%s` is misuse', async (line, message) => {
	expect(await main(line.split(' '))).toBe(2);
	expect(written.stderr).toBe(`sophia-bench: ${message}\n`);
});
