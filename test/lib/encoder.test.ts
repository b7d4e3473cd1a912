import {makeEncoder} from '../../lib/encoder';
import {bytes, endOfText, gpt2, type Tokenizer} from '../../lib/tokenizer';
import {dice} from './text/streams';

function encode(tokenizer: Tokenizer, text: string, roll: (limit: number) => number): number[] {
	const encoder = makeEncoder(tokenizer);
	const all = Buffer.from(text);
	const tokens: number[] = [];
	for (let at = 0; at < all.length;) {
		const size = 1 + roll(7);
		tokens.push(...Array.from(encoder.push(all.subarray(at, at + size))));
		at += size;
	}
	return [...tokens, ...Array.from(encoder.finish())];
}

const text = "It's a naïve 日本語 text 🎉 —  with    spaces\n\n\nand 12345 numbers; supercalifragilistic!";

test.each([bytes, gpt2])('pieces are encoded by $name as the whole, wherever they are cut', (tokenizer) => {
	for (let seed = 1; seed < 50; seed++) {
		expect(encode(tokenizer, text, dice(seed))).toEqual([...tokenizer.encode(text)]);
	}
});

test('one document leaves nothing to the next', () => {
	const encoder = makeEncoder(gpt2);
	for (const document of ['one', 'two words']) {
		const tokens = [...Array.from(encoder.push(Buffer.from(document))), ...Array.from(encoder.finish())];
		expect(tokens).toEqual([...gpt2.encode(document)]);
	}
});

test('a mark that a document begins with is part of it', () => {
	expect(encode(gpt2, '\uFEFFtext', dice(1))).toEqual([...gpt2.encode('\uFEFFtext')]);
});

test('documents of GPT-2 begin with the end of a text, those of bytes are parted by a line break', () => {
	expect(makeEncoder(gpt2)).toMatchObject({separator: endOfText, leads: true});
	expect(makeEncoder(bytes)).toMatchObject({separator: 10, leads: false});
});
