import {headline, machine} from '../../bench/machine';
import {version} from '../../lib/version';

test('results say what they were measured on', () => {
	const found = machine();
	expect(found).toMatchObject({version, node: process.versions.node});
	expect(found.processors).toBeGreaterThanOrEqual(1);
	expect(found.instructionSets).toContain('baseline');
	expect(headline(found)).toMatch(/^.+, \d+ processors, \w+; sophia-native \d/);
	expect(Date.parse(found.date)).toBeLessThanOrEqual(Date.now());
});
