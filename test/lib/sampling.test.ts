import {sampleText} from '../../lib/sampling';
import {bytes} from '../../lib/tokenizer';

/** A model that says what it is told to. */
function speaker(text: string) {
	const prompts: string[] = [];
	return {
		prompts,
		async *stream(prompt: ArrayLike<number>) {
			prompts.push(bytes.decode(prompt));
			for (const token of bytes.encode(text)) {
				await Promise.resolve();
				yield token;
			}
		},
	};
}

async function collect(pieces: AsyncIterable<string>): Promise<string[]> {
	const all: string[] = [];
	for await (const piece of pieces) {
		all.push(piece);
	}
	return all;
}
const pieces = (text: string, stop: string | string[] = []) => collect(sampleText(speaker(text), bytes, 'say', {stop}));

describe('sampled text', () => {
	test('comes in whole characters, after the prompt', async () => {
		expect(await pieces('aé€😀b')).toEqual(['a', 'é', '€', '😀', 'b']);
		const model = speaker('a');
		await sampleText(model, bytes, 'the prompt').next();
		expect(model.prompts).toEqual(['the prompt']);
	});

	test('half a character at the end is not lost', async () => {
		const half = {
			async *stream() {
				await Promise.resolve();
				yield 0xe2;
				yield 0x82;
			},
		};
		expect((await collect(sampleText(half, bytes, 'a'))).join('')).toBe('\ufffd');
	});

	test.each([
		['one two three', 'two', 'one '],
		['one two three', ['three', 'two'], 'one '],
		['one', 'one', ''],
		['aaab', 'aab', 'a'],
		['ababac', 'abac', 'ab'],
		['one tw', 'two', 'one tw'],
		['one', [], 'one'],
	])('%j ends before %j', async (text, stop, expected) => {
		expect((await pieces(text, stop)).join('')).toBe(expected);
	});

	test('holds back what may be the beginning of a stop, and nothing else', async () => {
		expect(await pieces('xaby', 'abc')).toEqual(['x', 'aby']);
	});

	test('a stop is text, and options are known', () => {
		expect(() => sampleText(speaker(''), bytes, 'a', {stop: ''})).toThrow('Expected `stop[0]` to have a character');
		expect(() => sampleText(speaker(''), bytes, 'a', {stop: [5 as never]})).toThrow(TypeError);
		const refused = expect.objectContaining({code: 'ERR_SOPHIA_INVALID_ARGUMENT'}) as Error;
		for (const stop of [null, 5, {}]) {
			expect(() => sampleText(speaker(''), bytes, 'a', {stop: stop as never})).toThrow(refused);
		}
		expect(() => sampleText(speaker(''), bytes, 'a', {tempreature: 1} as never)).toThrow('temperature');
	});
});
