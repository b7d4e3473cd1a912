import {existsSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {Report} from '../../bench/report';
import {Trial} from '../../bench/trial';
import {MemoryOutput} from '../lib/output';
import {temporaryDirectory} from '../lib/temporary';
import {fakeRival} from './setup';

const directory = temporaryDirectory();
const setting = {threads: 1, isa: '', python: 'python3'};
const row = {
	name: 'a row',
	of: {kind: 'product'},
	caseOf: (who: string) => (who === 'no part' ? undefined : {kind: 'product'}),
};

test('a race of three, of whom one crashes and one has no part: it is told once, kept in the file, and the rest goes on', async () => {
	const path = join(directory(), 'results.jsonl');
	const output = new MemoryOutput();
	using trial = new Trial('test', {rounds: 2}, new Report(path, output));
	const rivals = [fakeRival('ours', 'steady', '1'), fakeRival('fast', 'steady', '0.5'), fakeRival('falls', 'crash')];
	trial.expect(2);
	using team = await trial.start(setting, [...rivals, fakeRival('no part', 'hang'), fakeRival('mute', 'mute')]);
	const race = await trial.race(team, row, 0.01);
	trial.tellReasons(race);
	trial.tellReasons(await trial.race(team, row, 0.01));
	expect(race.speedup('ours', 'fast')?.middle).toBe(0.5);
	expect([...race.outcomes.keys()]).toEqual(['ours', 'fast', 'falls']);
	trial.goal({what: 'ours against fast', measured: 0.5, wanted: 1, note: 'as planted'});
	trial.end();
	expect(output.text.split('\n').slice(2).join('\n')).toBe(
		'mute is left out: ended with exit code 1\n' +
			'  falls: ended with exit code 3: out of luck\n' +
			'\ngoals\n  ours against fast, at least 1: 0.500, missed by 50.0 %; as planted\n',
	);
	const lines = readFileSync(path, 'utf8').trim().split('\n');
	const sorts = lines.map((line) => (JSON.parse(line) as {sort: string}).sort);
	expect(sorts).toEqual(['trial', ...Array<string>(4).fill('contender'), 'absent', 'row', 'row', 'goal']);
});

test('its folder goes with it', () => {
	const trial = new Trial('test', {}, new Report(undefined, new MemoryOutput()));
	const {folder} = trial;
	expect(existsSync(folder)).toBe(true);
	trial[Symbol.dispose]();
	expect(existsSync(folder)).toBe(false);
});

test('nothing to measure is misuse', () => {
	using trial = new Trial('test', {only: 'nothing'}, new Report(undefined, new MemoryOutput()));
	expect(() => trial.expectSome()).toThrow('Expected `--only` to have words of a row');
});
