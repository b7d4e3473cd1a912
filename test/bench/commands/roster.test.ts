// A whole roster, of a tiny model and some steps.
import {existsSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {main} from '../../../bench/cli';
import {captureOutput} from '../../lib/output';
import {lineOf, linesOf, studyDirectory} from './setup';

jest.setTimeout(300_000); // beside others

const directory = studyDirectory();
const written = captureOutput();
const output = () => join(directory(), 'output.jsonl');
const page = () => join(directory(), 'study', 'roster.html');
const run = (line: string) => main(lineOf(directory(), 'study', line, '--output', output()));

const everybody = '--optimizers adamw,muon --ratio 0.02 --seeds 3 --rates 3';

test('without certificates it is refused, naming who lacks one', async () => {
	expect(await run(`roster ${everybody}`)).toBe(2);
	expect(written.stderr).toContain('Expected everybody to be tuned; `--untuned` goes on all the same');
	expect(written.stderr).toContain('  Muon was not tuned: `sophia-bench tune muon --ratio 0.02` does it');
	expect(existsSync(page())).toBe(false);
});

test('with --untuned everybody has a row, and the stamp is over everything', async () => {
	expect(await run(`roster ${everybody} --untuned`)).toBe(0);
	expect(written.stdout).toMatch(/^\* UNTUNED: AdamW, Muon \*$/m);
	expect(written.stdout).toMatch(/^\*\*\* UNTUNED: AdamW, Muon \*\*\*\n1x16-r0\.02\n/m);
	expect(written.stdout).toMatch(/^AdamW +scalar +\d\.\d{4} .* \d+ % +0\.00 +8\.0 +best of 3 rates/m);
	expect(written.stdout).toMatch(/^Muon +matrix +\d\.\d{4} .* \d+ % +0\.00 +\d\.\d +best of 3 rates/m);
	expect(readFileSync(page(), 'utf8')).toContain('<title>UNTUNED: Roster');
	const sorts = linesOf(output()).map(({sort}) => sort);
	expect(['cell', 'timing', 'document'].map((sort) => sorts.filter((each) => each === sort).length)).toEqual([2, 2, 1]);
});

test.each([
	['--rates 0', 'Expected `--rates` to be a positive whole number, got `0`'],
	['--rates 23', 'Expected `--rates` to be at most 21, got `23`'],
	['--seeds 2', '`--seeds` to be at least 3'],
])('%s is misuse', async (line, message) => {
	expect(await run(`roster ${line} --untuned`)).toBe(2);
	expect(written.stderr).toContain(message);
});
