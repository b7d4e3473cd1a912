import {arrange, speeches} from '../../lib/speeches';

test('every so many texts one is kept for validation, and all of the text is there', () => {
	const texts = Array.from({length: 21}, (_, i) => `speech ${i}, naïve`);
	const {text, validation} = arrange(texts, 10);
	const cut = Math.round(Buffer.byteLength(text) * (1 - validation));
	const held = Buffer.from(text).subarray(cut).toString();
	expect(held).toBe('speech 9, naïve\n\nspeech 19, naïve\n\n');
	expect(text.split('\n\n').filter(Boolean).sort()).toEqual([...texts].sort());
});

test('the speeches are texts', () => {
	const texts = speeches();
	expect(texts.length).toBeGreaterThan(200);
	expect(texts[0]).toMatch(/^Fellow/);
});
