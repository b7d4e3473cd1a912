import {appendFileSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {Dataset} from 'sophia-native';
import {candidateNamed} from '../../../bench/candidates/index';
import {planOf} from '../../../bench/study/options';
import {Study, type Opening} from '../../../bench/study/study';
import {captureOutput} from '../../lib/output';
import {temporaryDirectory} from '../../lib/temporary';

const directory = temporaryDirectory();
const written = captureOutput();
const adamw = candidateNamed('adamw');

async function open(name = 'study', opening: Opening = {}, changes: object = {}) {
	const data = join(directory(), 'data');
	await Dataset.prepare({text: 'What goes up must come down. '.repeat(200), directory: data});
	const plan = planOf({data, directory: join(directory(), name), model: '1x16', workers: 2, ...changes});
	return Study.open('test', plan, opening);
}

test('runs what was not run, in processes, and finds it again in another study of the directory', async () => {
	await using study = await open();
	const regime = study.regime(0.02);
	const [loss] = await study.losses(regime, adamw, [adamw.published], 3);
	expect(loss).toBeLessThan(6);
	expect(study.asked).toMatchObject([{optimizer: 'adamw', seed: 3, regime}]);
	await study[Symbol.asyncDispose]();
	await using again = await open();
	const lines = () => readFileSync(again.path('runs.jsonl'), 'utf8').trim().split('\n').length;
	expect(lines()).toBe(2);
	expect(await again.losses(again.regime(0.02), adamw, [adamw.published], 3)).toEqual([loss]);
	expect(lines()).toBe(2);
	expect(again.regime(0.02)).toEqual(regime);
});

test('runs of code that computes otherwise are refused', async () => {
	await using study = await open();
	await study.fingerprint(study.regime(0.02), 'adamw');
	await study[Symbol.asyncDispose]();
	const path = study.path('runs.jsonl');
	const run = JSON.parse(readFileSync(path, 'utf8')) as {losses: number[]};
	run.losses[3] = Number(run.losses[3]) + 0.01;
	writeFileSync(path, `${JSON.stringify(run)}\n`);
	await using again = await open();
	await expect(again.losses(again.regime(0.02), adamw, [adamw.published], 0)).rejects.toThrow(
		/The runs of adamw in `.*study` were made by code that computes otherwise: the loss of step 4 was .*; begin in another `--directory`/,
	);
});

test('lines that are no runs are told, and stay', async () => {
	mkdirSync(join(directory(), 'study'));
	appendFileSync(join(directory(), 'study', 'runs.jsonl'), '{"key":\n');
	await using study = await open();
	expect(written.stdout).toMatch(/runs\.jsonl: what is in line 1 is no run, and is left out; it will be made again\n/);
	expect(study.store.all()).toEqual([]);
});

test('the runs are not to be written over', async () => {
	await using study = await open();
	await study.fingerprint(study.regime(0.02), 'adamw');
	const output = study.path('runs.jsonl');
	await study[Symbol.asyncDispose]();
	const before = readFileSync(output, 'utf8');
	const link = join(directory(), 'link');
	symlinkSync(output, link);
	const plan = planOf({data: join(directory(), 'data'), directory: study.path(), model: '1x16', output});
	for (const each of [plan, {...plan, output: link}]) {
		await expect(Study.open('test', each)).rejects.toThrow(
			'Expected `--output` to be another file than that of the runs',
		);
	}
	expect(readFileSync(output, 'utf8')).toBe(before);
});

test('the regime is that of the tokens, wherever they lie', async () => {
	await using study = await open();
	const [there, elsewhere] = [join(directory(), 'data'), join(directory(), 'elsewhere')];
	await Dataset.prepare({text: 'What goes up must come down. '.repeat(200), directory: elsewhere});
	await using other = await Study.open(
		'test',
		planOf({data: elsewhere, directory: join(directory(), 'b'), model: '1x16'}),
	);
	expect(other.regime(1).data).toBe(study.regime(1).data);
	await Dataset.prepare({text: 'What goes up must come up. '.repeat(200), directory: there});
	await using changed = await Study.open(
		'test',
		planOf({data: there, directory: join(directory(), 'c'), model: '1x16'}),
	);
	expect(changed.regime(1).data).not.toBe(study.regime(1).data);
});

const hanging = () => ({command: process.execPath, args: ['-e', 'setInterval(() => 0, 1e3)']});

test('in the end it ends who still runs, and waits for that', async () => {
	const study = await open('study', {launch: hanging});
	const searches = Promise.all([
		study.losses(study.regime(0.02), adamw, [adamw.published], 3),
		Promise.reject(new Error('somebody failed')),
	]);
	await expect(searches).rejects.toThrow('somebody failed');
	const running = study.runner.run([]);
	await study[Symbol.asyncDispose]();
	expect([await running, study.signal.aborted]).toEqual([[], true]);
	await expect(study.losses(study.regime(0.02), adamw, [adamw.published], 3)).rejects.toThrow('aborted');
});

test('sequences that are longer than the text are misuse', async () => {
	await expect(open('study', {}, {length: 5000})).rejects.toThrow(
		/^Expected `--length` to be below the \d+ tokens of the validation text, got `5000`$/,
	);
	expect(readdirSync(join(directory(), 'study'))).toEqual([]);
});

test('one command at a time has a directory', async () => {
	const output = join(directory(), 'output.jsonl');
	writeFileSync(output, 'of the first');
	{
		await using study = await open();
		await expect(open()).rejects.toMatchObject({code: 'ERR_SOPHIA_BUSY'});
		const plan = {...study.plan, output};
		await expect(Study.open('test', plan)).rejects.toMatchObject({code: 'ERR_SOPHIA_BUSY'});
	}
	expect(readFileSync(output, 'utf8')).toBe('of the first');
	await using again = await open();
	expect(readdirSync(again.path())).toEqual(['lock']);
});

test('one that cannot be opened leaves nothing behind: no listener, no lock', async () => {
	const before = process.listenerCount('SIGINT');
	mkdirSync(join(directory(), 'study', 'runs.jsonl'), {recursive: true});
	await expect(open()).rejects.toMatchObject({code: 'ERR_SOPHIA_IO'});
	const output = '/nowhere/at/all';
	await expect(open('other', {}, {output})).rejects.toMatchObject({code: 'ERR_SOPHIA_IO'});
	expect(readdirSync(join(directory(), 'study'))).toEqual(['runs.jsonl']);
	expect(readdirSync(join(directory(), 'other'))).toEqual([]);
	expect(process.listenerCount('SIGINT')).toBe(before);
});
