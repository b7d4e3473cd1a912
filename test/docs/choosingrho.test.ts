/** The program of docs/choosing-rho.md, run as it stands. */
import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {temporaryDirectory} from '../lib/temporary';
import {root, run} from './page';

const directory = temporaryDirectory();

test('docs/choosing-rho.md prints what it says', async () => {
	const lines = (await run('choosing-rho.md', directory())).trim().split('\n');
	const said = readFileSync(join(root, 'docs/choosing-rho.md'), 'utf8').match(/(?<=^ {4})ρ .*$/gm) ?? [];
	const numbers = (line: string) => Array.from(line.matchAll(/\d\.?\d*/g), Number);
	expect(said).toHaveLength(4);
	// Another instruction set rounds differently.
	said.forEach((line, i) =>
		expect(numbers(lines[i] ?? '')).toEqual(numbers(line).map((each) => expect.closeTo(each, 1) as number)),
	);
	const [low, same, high] = (lines[4] ?? '').split(' ').map(Number);
	expect(same).toBeCloseTo(0.34, 1);
	expect(low).toBeLessThan(same ?? NaN);
	expect(high).toBeGreaterThan(same ?? NaN);
	const found = lines.slice(5, 7).map((line) => /^from [\d.]+ to (0\.0\d): win rate 0\.3\d$/.exec(line)?.[1]);
	expect(found[0]).toBe(found[1]);
	expect(found[0]).toBeDefined();
	expect(lines[7]).toBe('0.01 0.10 0.50 0.65');
});
