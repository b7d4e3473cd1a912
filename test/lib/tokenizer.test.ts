import {bytes, gpt2, tokenizerNamed, tokenizerNames} from '../../lib/tokenizer';

const texts = ['', 'plain', 'naïve café', '日本語 🎉', '\uFEFFwith a mark', 'a\0b\r\n', '<|endoftext|>', '  \n '];

describe.each([bytes, gpt2])('$name', (tokenizer) => {
	test.each(texts)('%j survives', (text) => {
		const tokens = tokenizer.encode(text);
		expect(tokens).toBeInstanceOf(Int32Array);
		expect(tokens.every((token) => token >= 0 && token < tokenizer.vocabulary)).toBe(true);
		expect(tokenizer.decode(tokens)).toBe(text);
	});

	test('a stream of tokens becomes text piece by piece, without breaking characters', () => {
		const text = 'aé🎉 and 𝒳';
		const decoder = new TextDecoder();
		const pieces = [...tokenizer.encode(text)].map((token) => decoder.decode(tokenizer.bytes([token]), {stream: true}));
		expect(pieces.join('')).toBe(text);
		expect(pieces).toContain(''); // within a character
	});

	test('a token that does not exist is replaced', () => {
		const [a = 0, b = 0] = [...tokenizer.encode('a'), ...tokenizer.encode('b')];
		const none = [tokenizer.vocabulary, -1, 97.5, Number.NaN, '97', 97n, null] as number[];
		expect(none.map((token) => tokenizer.decode([a, token, b]))).toEqual(none.map(() => 'a\uFFFDb'));
		expect([...tokenizer.bytes([a, tokenizer.vocabulary])]).toEqual([97, 0xff]);
	});

	test('other than text, and other than tokens, is refused', () => {
		expect(() => tokenizer.encode(5 as never)).toThrow('Expected `text` to be a string, got `5` (number)');
		expect(() => tokenizer.encode(null as never)).toThrow(
			expect.objectContaining({code: 'ERR_SOPHIA_INVALID_ARGUMENT'}),
		);
		expect(() => tokenizer.decode(5 as never)).toThrow('Expected `tokens` to be an array, got `5` (number)');
		expect(() => tokenizer.bytes(5 as never)).toThrow('Expected `tokens` to be an array, got `5` (number)');
	});

	test('it is found by its name', () => {
		expect(tokenizerNamed(tokenizer.name)).toBe(tokenizer);
		expect(tokenizerNames).toContain(tokenizer.name);
	});
});

test('bytes are those of UTF-8, and half a character is replaced', () => {
	expect([...bytes.encode('aé')]).toEqual([97, 0xc3, 0xa9]);
	expect(bytes.decode([97, 0xc3])).toBe('a\uFFFD');
});

test('GPT-2 has its vocabulary; the end of a text is a token of its own, which no text is encoded as', () => {
	expect(gpt2.vocabulary).toBe(50257);
	expect(gpt2.decode([50256])).toBe('<|endoftext|>');
	expect([...gpt2.encode('<|endoftext|>')]).not.toContain(50256);
});

test('no other tokenizer is found', () => {
	expect(() => tokenizerNamed('gpt3')).toThrow('Expected `tokenizer` to be one of `bytes`, `gpt2`, got `gpt3`');
});
