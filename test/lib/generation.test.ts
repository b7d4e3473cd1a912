import {makeConfig} from '../../lib/config';
import {generationOptions, promptTokens} from '../../lib/generation';

const config = makeConfig({vocabulary: 256});

describe('options of a generation', () => {
	test('are whole by default', () => {
		expect(generationOptions({}, config)).toEqual({
			count: 256,
			temperature: 0.8,
			topK: 0,
			topP: 1,
			seed: 1337,
			sample: 0,
			stop: [],
			cache: true,
			signal: undefined,
		});
	});

	test.each([
		[{count: 0}],
		[{temperature: -1}],
		[{topK: 257}],
		[{topP: 0}],
		[{topP: 1.1}],
		[{seed: 0.5}],
		[{sample: 2 ** 32}],
		[{stop: [256]}],
	])('%j is rejected', (options) => {
		expect(() => generationOptions(options, config)).toThrow(RangeError);
	});

	test('a prompt is tokens of the vocabulary, at least one', () => {
		expect(promptTokens([1, 255], config)).toEqual([1, 255]);
		expect(() => promptTokens([], config)).toThrow('at least one token');
		expect(() => promptTokens('hi' as never, config)).toThrow('Expected `prompt` to be an array, got `hi` (string)');
		expect(() => promptTokens(null as never, config)).toThrow('Expected `prompt` to be an array, got `null`');
		expect(() => promptTokens([1, 256], config)).toThrow(
			'Expected `prompt[1]` to be an integer in [0, 255], got `256`',
		);
	});
});
