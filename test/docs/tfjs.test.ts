/** The programs of docs/tfjs.md, run as they stand, one after the other. */
import {execFile} from 'node:child_process';
import {mkdirSync, symlinkSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {promisify} from 'node:util';
import {temporaryDirectory} from '../lib/temporary';
import {blocks, root} from './page';

const directory = temporaryDirectory();

/** Everything in JavaScript of the page as one program, in a project that has the package and tfjs. */
async function run(page: string): Promise<string[]> {
	const project = directory();
	mkdirSync(join(project, 'node_modules'));
	symlinkSync(root, join(project, 'node_modules/sophia-native'));
	symlinkSync(join(root, 'node_modules/@tensorflow'), join(project, 'node_modules/@tensorflow'));
	writeFileSync(join(project, 'program.mjs'), blocks(page, 'js').join('\n'));
	const {stdout} = await promisify(execFile)(process.execPath, ['program.mjs'], {cwd: project});
	return stdout.trim().split('\n');
}

test('docs/tfjs.md fits, refreshes, saves and goes on', async () => {
	const lines = await run('tfjs.md');
	const [fitted, own, , loaded] = lines.map((line) =>
		line.split(' ').flatMap((word) => (Number(word) ? [Number(word)] : [])),
	);
	const [first = NaN, last = NaN, winRate = NaN] = fitted ?? [];
	expect(last).toBeLessThan(0.8 * first);
	expect(winRate).toBeGreaterThan(0.05);
	const [iterations, l1] = own ?? [];
	expect(iterations).toBe(40);
	expect(l1).toBeGreaterThan(0);
	expect(loaded).toEqual([63]); // 20 epochs of 3 batches, and one more
	expect(lines[2]).toBe('muon true');
	expect(lines).toHaveLength(4);
});
