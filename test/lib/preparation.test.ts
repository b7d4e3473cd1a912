import {checkPreparation, type PrepareOptions} from '../../lib/preparation';

const given: PrepareOptions = {text: 'some text', directory: 'data'};

describe('the options of a preparation', () => {
	test('have defaults', () => {
		const {onProgress, tokenizer, ...rest} = checkPreparation(given);
		expect(tokenizer.name).toBe('bytes');
		expect(() => onProgress({bytes: 1, total: 2})).not.toThrow();
		expect(rest).toEqual({
			files: [],
			text: 'some text',
			directory: 'data',
			format: 'llm.c',
			validation: 0.1,
			split: undefined,
			seed: 1337,
			field: 'text',
			column: 'text',
			followLinks: false,
			maximumExpansion: 100,
			maximumHeld: 2 ** 28,
			signal: undefined,
		});
	});

	test.each<[object, string]>([
		[{tokenizer: 'gpt3'}, 'Expected `tokenizer` to be one of `bytes`, `gpt2`, got `gpt3`'],
		[{format: 'npy'}, 'Expected `format` to be one of `llm.c`, `nanogpt`, got `npy`'],
		[{split: 'start'}, 'Expected `split` to be one of `end`, `documents`, got `start`'],
		[{seed: -1}, 'Expected `seed` to be an integer'],
		[{field: ''}, 'Expected `field` to be a string that is not empty'],
		[{column: 5}, 'Expected `column` to be a string'],
		[{followLinks: 1}, 'Expected `followLinks` to be a boolean'],
		[{maximumExpansion: 0}, 'Expected `maximumExpansion` to be positive'],
		[{maximumHeld: 0.5}, 'Expected `maximumHeld` to be an integer'],
		[{directory: undefined}, 'Expected `directory` to be a string, got `undefined`'],
		[{tokeniser: 'gpt2'}, 'Unknown option `tokeniser`, did you mean `tokenizer`?'],
	])('%j is refused', (wrong, message) => {
		expect(() => checkPreparation({...given, ...wrong})).toThrow(
			expect.objectContaining({code: 'ERR_SOPHIA_INVALID_ARGUMENT', message: expect.stringContaining(message)}),
		);
	});
});
