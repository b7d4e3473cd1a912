/** The program of docs/own-trainer.md, run as it stands. */
import {temporaryDirectory} from '../lib/temporary';
import {run} from './page';

const directory = temporaryDirectory();

test('docs/own-trainer.md trains, steps in shared memory and goes on from a file', async () => {
	const lines = (await run('own-trainer.md', directory())).trim().split('\n');
	expect(lines.slice(0, 3)).toEqual(
		[100, 200, 300].map((step) => expect.stringMatching(`^step ${step}: win rate 0\\.\\d`) as string),
	);
	expect(Number(/^right: (\d+) of 1000$/.exec(lines[3] ?? '')?.[1])).toBeGreaterThan(950);
	expect(lines.slice(4)).toEqual([
		'at 1.0, 1.0',
		'moved by muon muon adamw adamw',
		'0.5 2.5 2.5 4.5',
		'loss scale 32768',
		'workers: true',
		'goes on after 300 steps',
		'direction 0.50 -1.00',
	]);
});
