import {bytes, tokenizerNamed} from '../../lib/tokenizer';

describe('bytes', () => {
	test.each(['', 'plain', 'naïve café', '日本語 🎉', '\uFEFFwith a mark', 'a\0b\r\n'])('%j survives', (text) => {
		expect(bytes.decode(bytes.encode(text))).toBe(text);
	});

	test('its tokens are the bytes of UTF-8', () => {
		expect([...bytes.encode('aé')]).toEqual([97, 0xc3, 0xa9]);
	});

	test('a stream of tokens becomes text piece by piece, without breaking characters', () => {
		const decoder = new TextDecoder();
		const pieces = [...bytes.encode('aé🎉')].map((token) => decoder.decode(bytes.bytes([token]), {stream: true}));
		expect(pieces).toEqual(['a', '', 'é', '', '', '', '🎉']);
		expect([...bytes.bytes([97, 300])]).toEqual([97, 0xff]);
		expect(() => bytes.bytes(5 as never)).toThrow('Expected `tokens` to be an array, got `5` (number)');
	});

	test('half a character is replaced, and so is a token that is no byte', () => {
		expect(bytes.decode([97, 0xc3])).toBe('a\uFFFD');
		const none = [256, -1, 97.5, Number.NaN, '97', 97n, null] as number[];
		expect(none.map((token) => bytes.decode([97, token, 98]))).toEqual(none.map(() => 'a\uFFFDb'));
	});

	test('other than text, and other than tokens, is refused', () => {
		expect(() => bytes.encode(5 as never)).toThrow('Expected `text` to be a string, got `5` (number)');
		expect(() => bytes.encode(null as never)).toThrow(expect.objectContaining({code: 'ERR_SOPHIA_INVALID_ARGUMENT'}));
		expect(() => bytes.decode(5 as never)).toThrow('Expected `tokens` to be an array, got `5` (number)');
	});

	test('it is found by its name, and no other is', () => {
		expect(tokenizerNamed('bytes')).toBe(bytes);
		expect(() => tokenizerNamed('gpt2')).toThrow('Expected `tokenizer` to be one of `bytes`, got `gpt2`');
	});
});
