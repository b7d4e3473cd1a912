import {brief, stampsOf} from '../../../bench/study/document';

test('a part has the stamp of its document and its own, each once', () => {
	expect(stampsOf({stamp: 'UNTUNED: a'}, {stamp: 'DIVERGED: b'})).toEqual(['UNTUNED: a', 'DIVERGED: b']);
	expect(stampsOf({stamp: 'UNTUNED: a'}, {stamp: 'UNTUNED: a'})).toEqual(['UNTUNED: a']);
	expect(stampsOf({}, {stamp: ''})).toEqual([]);
});

test('a stamp is its first words in short', () => {
	expect(brief(['UNTUNED: AdamW has no certificate', 'more'])).toBe('UNTUNED');
	expect(brief(['x'.repeat(100)])).toHaveLength(24);
	expect(brief([])).toBe('');
});
