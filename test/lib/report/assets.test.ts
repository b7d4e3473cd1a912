import {createHash} from 'node:crypto';
import {readAssets, shared} from '../../../lib/report/assets';

describe('what pages consist of', () => {
	const sources = {scripts: [shared('plot.js')], styles: [shared('page.css')]};
	const {script, style, license, policy} = readAssets({...sources, connect: "'none'"});

	test('is uPlot and our own, and may stand within an element', () => {
		expect(script).toMatch('var uPlot=');
		expect(script).toMatch('class Plot');
		expect(style).toMatch('.uplot');
		expect(style).toMatch('prefers-color-scheme: dark');
		expect(license).toMatch('MIT');
		expect(script).not.toMatch(/<\/script|<!--/i);
		expect(style).not.toMatch(/<\/style|url\(|@import/i);
		expect(license).not.toMatch('--');
	});

	test('is all that the policy lets run', () => {
		const hash = createHash('sha256').update(script).digest('base64');
		expect(policy).toMatch(`script-src 'sha256-${hash}';`);
		expect(policy).toMatch("connect-src 'none'");
		expect(readAssets({...sources, connect: "'self'"}).policy).toMatch("connect-src 'self'");
	});
});
