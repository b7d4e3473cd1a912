import {join} from 'node:path';
import {root} from '../../bench/root';

test('the package is where its package.json is', () => {
	expect(root).toBe(join(__dirname, '../..'));
});
