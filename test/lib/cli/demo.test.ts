import {arrange, demoOptions} from '../../../lib/cli/demo';

describe('the demo', () => {
	test('keeps every tenth speech for validation, and all of the text', () => {
		const texts = Array.from({length: 21}, (_, i) => `speech ${i}, naïve`);
		const {text, validation} = arrange(texts);
		const cut = Math.round(Buffer.byteLength(text) * (1 - validation));
		const held = Buffer.from(text).subarray(cut).toString();
		expect(held).toBe('speech 9, naïve\n\nspeech 19, naïve\n\n');
		expect(text.split('\n\n').filter(Boolean).sort()).toEqual([...texts].sort());
	});

	test('has few options', () => {
		expect(demoOptions.map(({name}) => name)).toEqual([
			'output',
			'steps',
			'seed',
			'device',
			'threads',
			'isa',
			'dtype',
			'recompute',
		]);
	});
});
