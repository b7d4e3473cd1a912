import {bytes, tokenizerNamed} from '../../lib/tokenizer';

describe('bytes', () => {
	test.each(['', 'plain', 'naïve café', '日本語 🎉', '\uFEFFwith a mark', 'a\0b\r\n'])('%j survives', (text) => {
		expect(bytes.decode(bytes.encode(text))).toBe(text);
	});

	test('its tokens are the bytes of UTF-8', () => {
		expect([...bytes.encode('aé')]).toEqual([97, 0xc3, 0xa9]);
	});

	test('half a character is replaced, and so is a token that is no byte', () => {
		expect(bytes.decode([97, 0xc3])).toBe('a\uFFFD');
		expect(bytes.decode([97, 256, 98])).toBe('a\uFFFDb');
	});

	test('it is found by its name, and no other is', () => {
		expect(tokenizerNamed('bytes')).toBe(bytes);
		expect(() => tokenizerNamed('gpt2')).toThrow('Expected `tokenizer` to be one of `bytes`, got `gpt2`');
	});
});
