/** The programs of docs/from-pytorch.md, run as they stand. */
import {sentences} from '../lib/integration/setup';
import {temporaryDirectory} from '../lib/temporary';
import {run} from './page';

const directory = temporaryDirectory();

test('docs/from-pytorch.md trains, suggests and checks derivatives', async () => {
	const lines = (await run('from-pytorch.md', directory(), {'input.txt': sentences(1000)})).trim().split('\n');
	const [step, loss, winRate] = (lines[39] ?? '').split(' ').map(Number);
	expect(step).toBe(40);
	expect(loss).toBeLessThan(Number(lines[0]?.split(' ')[1]));
	expect(winRate).toBeGreaterThan(0);
	expect(lines[40]).toMatch(/^SophiaG \{ learningRate: 0\.0004[78].* \[ 0\.0003, 0\.0006 \] https:/);
	const [gradient, product, asymmetry] = (lines[41] ?? '').split(' ').map(Number);
	expect(Math.max(gradient ?? NaN, product ?? NaN, asymmetry ?? NaN)).toBeLessThan(1e-8);
});
