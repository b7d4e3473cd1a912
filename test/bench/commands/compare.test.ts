// A whole small study, and optimizers that crash or hang in one.
import {existsSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {main} from '../../../bench/cli';
import type {Job} from '../../../bench/study/regime';
import {Study, type Opening} from '../../../bench/study/study';
import {captureOutput} from '../../lib/output';
import {surface} from '../study/fake';
import {lineOf, linesOf, lives, studyDirectory} from './setup';

jest.setTimeout(300_000); // beside others

const directory = studyDirectory();
const written = captureOutput();
const output = () => join(directory(), 'output.jsonl');
const run = (line: string, study = 'study') => main(lineOf(directory(), study, line, '--output', output()));
const page = (name: string) => join(directory(), 'study', `${name}.html`);
const sorts = () => linesOf(output()).map(({sort}) => sort);
const count = (sort: string) => sorts().filter((each) => each === sort).length;

const contest = '--optimizers adamw,lion --ratios 0.02,0.04,0.08 --seeds 3';

describe('a study from noise to scaling', () => {
	test('noise and searches come first', async () => {
		expect(await run('noise --ratio 0.02')).toBe(0);
		expect(written.stdout).toMatch(/^seeds +200 to 207$/m);
		expect(sorts()).toEqual(['study', 'noise', 'document']);
		expect(await run('tune adamw,lion --runs 12 --ratio 0.02')).toBe(0);
		expect(existsSync(page('noise')) && existsSync(page('tune'))).toBe(true);
	});

	test('a comparison without certificates is refused, naming who lacks what', async () => {
		expect(await run(`compare ${contest}`)).toBe(2);
		expect(written.stderr).toContain('sophia-bench: Expected everybody to be tuned; `--untuned` goes on all the same');
		for (const [title, name] of [
			['AdamW', 'adamw'],
			['Lion', 'lion'],
		]) {
			expect(written.stderr).toContain(
				`  ${title} was not tuned: \`sophia-bench tune ${name} --ratio 0.04\` does it, for 1x16-r0.04\n`,
			);
		}
		expect([existsSync(page('compare')), count('cell')]).toEqual([false, 0]);
	});

	test('with --untuned it goes on, and bears the stamp', async () => {
		expect(await run(`compare ${contest} --untuned`)).toBe(0);
		expect(written.stdout).toMatch(/^\* UNTUNED: AdamW, Lion \*$/m);
		expect(written.stdout).toMatch(/^seeds +100 to 102$/m);
		expect(written.stdout).toMatch(/^\*\*\* UNTUNED: AdamW, Lion \*\*\*\n1x16-r0\.04: 2,432 tokens\n/m);
		expect(readFileSync(page('compare'), 'utf8')).toContain('<title>UNTUNED: Comparison');
		expect(['cell', 'verdict', 'speedup', 'timing', 'document'].map(count)).toEqual([6, 3, 3, 6, 1]);
		const [cell] = linesOf(output()).filter(({sort}) => sort === 'cell');
		expect(cell).toMatchObject({optimizer: 'AdamW', parameters: 3072, ratio: 0.02});
		expect(Object.keys(cell?.losses as object)).toEqual(['100', '101', '102']);
		expect(linesOf(output()).at(-1)).toMatchObject({sort: 'document', stamp: 'UNTUNED: AdamW, Lion'});
	});

	test('what was found serves the other commands', async () => {
		const before = readFileSync(join(directory(), 'study', 'runs.jsonl'), 'utf8');
		expect(await run(`scaling ${contest} --untuned`)).toBe(0);
		expect([count('cell'), count('fit')]).toEqual([6, 1]);
		expect(readFileSync(join(directory(), 'study', 'runs.jsonl'), 'utf8')).toBe(before);
		expect(readFileSync(page('scaling'), 'utf8')).toContain('N = 3,072 without embeddings');
	});

	test.each(['sensitivity', 'predict --ratio 0.04'])('`%s` believes no search of 12 runs', async (line) => {
		expect(await run(line)).toBe(2);
		expect(written.stdout).toContain('  Left out: Lion may be better beyond what was tried of rate');
		expect(written.stderr).toMatch(/^sophia-bench: Expected certificates /);
	});

	test('without certificates there is nothing to say', async () => {
		expect(await run('sensitivity', 'empty')).toBe(2);
		expect(written.stderr).toMatch(
			/^sophia-bench: Expected certificates in `.*empty.certificates`: `sophia-bench tune`/,
		);
	});
});

const open = Study.open.bind(Study);

/** Runs jobs by the shell. */
function runBy(program: (job: Job) => string, pace: Opening = {}): void {
	const launch = (job: Job) => ({command: 'sh', args: ['-c', program(job)]});
	jest.spyOn(Study, 'open').mockImplementation((what, plan) => open(what, plan, {...pace, launch}));
}

/** Says what came of a job. */
function answer(loss: number, {steps}: Job): string {
	const losses = steps === undefined ? {} : {losses: Array.from({length: steps}, () => 4)};
	const curve = Array.from({length: 20}, (_, part) => loss + 1 / (part + 1));
	return `echo '${JSON.stringify({loss, curve, seconds: 1, own: 0.1, ...losses})}'`;
}

test('searches that were given enough are believed, and nothing is stamped', async () => {
	runBy((job) => answer(surface(job), job));
	const all = async (line: string) => expect([line, await run(line, 'whole'), written.stderr]).toEqual([line, 0, '']);
	await all('noise');
	for (const ratio of [1, 2, 4]) {
		await all(`tune adamw,lion --runs 80 --ratio ${ratio}`);
	}
	await all('compare --optimizers adamw,lion --seeds 3');
	expect(['cell', 'verdict', 'speedup', 'timing'].map(count)).toEqual([6, 3, 3, 6]);
	expect(written.stdout).not.toContain('UNTUNED');
	await all('sensitivity');
	expect(count('sensitivity')).toBeGreaterThan(10);
	expect(written.stdout).toMatch(/^seeds +0 to 2$/m);
	await all('predict --ratio 8');
	expect(count('prediction')).toBe(2);
	await all('scaling --optimizers adamw,lion --seeds 3');
	expect([count('cell'), count('fit')]).toEqual([6, 1]);
});

describe('optimizers that misbehave', () => {
	/** Lion's jobs are another program. */
	const misbehave = (lion: string, pace: Opening = {}) =>
		runBy((job) => (job.optimizer === 'lion' ? lion : answer(3 + job.seed / 1e4, job)), pace);

	test('one that crashes has a row that says so, and the others are compared', async () => {
		misbehave('echo "Error: out of luck" >&2; exit 3');
		const line = 'compare --optimizers adamw,lion,sgd --ratios 0.02,0.04,0.08 --seeds 3 --untuned';
		expect(await run(line, 'crashing')).toBe(0);
		expect(written.stdout).toContain(
			'\n  1x16, the first 25 steps, lion: a run failed: ended with exit code 3: Error: out of luck\n',
		);
		expect(written.stdout).toContain('A run gave nothing, twice: Lion, ratio 0.08, seed 102.');
		expect(written.stdout).toMatch(/^Lion +failed /m);
		expect(written.stdout).toMatch(/^SGD +3\.0101 /m);
		const cells = linesOf(output()).filter(({sort}) => sort === 'cell');
		expect(cells.map(({optimizer, losses}) => [optimizer, Object.keys(losses as object).length])).toEqual(
			[1, 2, 3].flatMap(() => [
				['AdamW', 3],
				['Lion', 0],
				['SGD', 3],
			]),
		);
	});

	test('one that hangs is ended, and the search of another goes on', async () => {
		misbehave('sleep 1000', {patience: 2});
		expect(await run('tune lion,adamw --runs 4 --ratio 0.02 --limit 0.001', 'hanging')).toBe(0);
		expect(written.stdout).toContain('\n  1x16, the first 25 steps, lion: a run failed: took longer than 2 s\n');
		expect(written.stdout).toMatch(/^Lion +failed /m);
		expect(written.stdout).toMatch(/^AdamW +3\.\d+ +4 /m);
	});

	test('a search that fails as a whole ends those beside it', async () => {
		misbehave('echo $$ >> "$PIDS"; exec sleep 1000', {patience: 1000});
		process.env.PIDS = join(directory(), 'pids');
		expect(await run('noise --ratio 0.02', 'other')).toBe(0);
		const runs = join(directory(), 'other', 'runs.jsonl');
		const spoilt = linesOf(runs).map((each) => (each.steps === undefined ? each : {...each, losses: [9], loss: 9}));
		writeFileSync(runs, spoilt.map((each) => `${JSON.stringify(each)}\n`).join(''));
		for (let turn = 0; turn < 5 && !existsSync(process.env.PIDS); turn++) {
			expect(await run('tune lion,adamw --runs 4 --ratio 0.02', 'other')).toBe(1); // perhaps before another begins
		}
		expect(written.stderr).toMatch(
			/The runs of adamw in .* were made by code that computes otherwise: 2 and 26 losses/,
		);
		const pids = readFileSync(process.env.PIDS, 'utf8').trim().split('\n').map(Number);
		expect([pids.length > 0, pids.filter(lives)]).toEqual([true, []]);
		delete process.env.PIDS;
	});
});
