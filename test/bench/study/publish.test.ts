import {existsSync, readFileSync} from 'node:fs';
import {publish} from '../../../bench/study/publish';
import {temporaryDirectory} from '../../lib/temporary';
import {fakeStudy} from './fake';

const directory = temporaryDirectory();

test('what was found is printed and is a page, under its stamp', async () => {
	const {study, told} = fakeStudy(directory());
	const sections = [{title: 'One', paragraphs: ['Something.'], tables: [], charts: []}];
	const regime = study.regime(1);
	await publish(study, 'compare', {
		title: 'Comparison',
		stamp: 'UNTUNED: Lion',
		sections,
		grounds: [{regime, seed: 7}],
	});
	expect(told.join('\n')).toMatch(/^Comparison\n=+\n\n\*+\n\* UNTUNED: Lion \*\n[^]*Something\.[^]*compare\.html$/);
	expect(told.join('\n')).toMatch(/^seeds +7$/m);
	const path = study.path('compare.html');
	expect(existsSync(path)).toBe(true);
	expect(readFileSync(path, 'utf8')).toContain('UNTUNED: Lion');
});
