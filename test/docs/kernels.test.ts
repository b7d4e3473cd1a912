/** The programs of docs/kernels.md, run as they stand. */
import {temporaryDirectory} from '../lib/temporary';
import {run} from './page';

const directory = temporaryDirectory();

test('docs/kernels.md uses a layer, and its products are symmetric', async () => {
	const [shapes = '', quadratics = ''] = (await run('kernels.md', directory())).split('\n');
	expect(shapes).toBe('[ 4, 8 ] [ 4, 8 ] [ 8 ]');
	const [uHv = NaN, vHu = NaN] = quadratics.split(' ').map(Number);
	expect(Math.abs(uHv)).toBeGreaterThan(0.01);
	expect(uHv).toBeCloseTo(vHu, 5);
});
