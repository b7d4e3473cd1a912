import {appendFileSync, mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {Dataset} from 'sophia-native';
import {candidateNamed} from '../../../bench/candidates/index';
import {planOf} from '../../../bench/study/options';
import {Study} from '../../../bench/study/study';
import {captureOutput} from '../../lib/output';
import {temporaryDirectory} from '../../lib/temporary';

const directory = temporaryDirectory();
const written = captureOutput();
const adamw = candidateNamed('adamw');

async function open(name = 'study') {
	const data = join(directory(), 'data');
	await Dataset.prepare({text: 'What goes up must come down. '.repeat(200), directory: data});
	return Study.open('test', planOf({data, directory: join(directory(), name), model: '1x16', workers: 2}));
}

test('runs what was not run, in processes, and finds it again in another study of the directory', async () => {
	using study = await open();
	const regime = study.regime(0.02);
	const [loss] = await study.losses(regime, adamw, [adamw.published], 3);
	expect(loss).toBeLessThan(6);
	using again = await open();
	const lines = () => readFileSync(again.path('runs.jsonl'), 'utf8').trim().split('\n').length;
	expect(lines()).toBe(2);
	expect(await again.losses(again.regime(0.02), adamw, [adamw.published], 3)).toEqual([loss]);
	expect(lines()).toBe(2);
	expect(again.regime(0.02)).toEqual(regime);
});

test('runs of code that computes otherwise are refused', async () => {
	using study = await open();
	await study.fingerprint(study.regime(0.02), 'adamw');
	const path = study.path('runs.jsonl');
	const run = JSON.parse(readFileSync(path, 'utf8')) as {losses: number[]};
	run.losses[3] = Number(run.losses[3]) + 0.01;
	writeFileSync(path, `${JSON.stringify(run)}\n`);
	using again = await open();
	await expect(again.losses(again.regime(0.02), adamw, [adamw.published], 0)).rejects.toThrow(
		/The runs of adamw in `.*study` were made by code that computes otherwise: the loss of step 4 was .*; begin in another `--directory`/,
	);
});

test('lines that are no runs are told, and stay', async () => {
	mkdirSync(join(directory(), 'study'));
	appendFileSync(join(directory(), 'study', 'runs.jsonl'), '{"key":\n');
	using study = await open();
	expect(written.stdout).toMatch(/runs\.jsonl: what is in line 1 is no run, and is left out; it will be made again\n/);
	expect(study.store.all()).toEqual([]);
});

test('the runs are not to be written over', async () => {
	using study = await open();
	await study.fingerprint(study.regime(0.02), 'adamw');
	const output = study.path('runs.jsonl');
	const before = readFileSync(output, 'utf8');
	const plan = planOf({data: join(directory(), 'data'), directory: study.path(), model: '1x16', output});
	await expect(Study.open('test', plan)).rejects.toThrow(
		'Expected `--output` to be another file than that of the runs',
	);
	expect(readFileSync(output, 'utf8')).toBe(before);
});

test('the regime is that of the tokens, wherever they lie', async () => {
	using study = await open();
	const [there, elsewhere] = [join(directory(), 'data'), join(directory(), 'elsewhere')];
	await Dataset.prepare({text: 'What goes up must come down. '.repeat(200), directory: elsewhere});
	using other = await Study.open('test', planOf({data: elsewhere, directory: join(directory(), 'b'), model: '1x16'}));
	expect(other.regime(1).data).toBe(study.regime(1).data);
	await Dataset.prepare({text: 'What goes up must come up. '.repeat(200), directory: there});
	using changed = await Study.open('test', planOf({data: there, directory: join(directory(), 'c'), model: '1x16'}));
	expect(changed.regime(1).data).not.toBe(study.regime(1).data);
});
