import {checkExpansion, checkHeld, limitDefaults} from '../../../lib/text/limits';

const limits = {maximumExpansion: 10, maximumHeld: 1000};

describe('limits', () => {
	test('a file may unpack to some multiple of itself, and to a mebibyte anyway', () => {
		expect(() => checkExpansion('a.gz', 1, 2 ** 20, limits)).not.toThrow();
		expect(() => checkExpansion('a.gz', 2 ** 20, 10 * 2 ** 20, limits)).not.toThrow();
		expect(() => checkExpansion('a.gz', 2 ** 20, 10 * 2 ** 20 + 1, limits)).toThrow(
			expect.objectContaining({
				code: 'ERR_SOPHIA_FORMAT',
				message: '`a.gz`: unpacks to more than 10 times its size; raise `maximumExpansion` if that is right',
			}),
		);
	});

	test('no more is held than may be', () => {
		expect(() => checkHeld('a', 'a line', 1000, limits)).not.toThrow();
		expect(() => checkHeld('a', 'a line', 1001, limits)).toThrow(
			'`a`: expected a line of at most 1000 bytes, got 1001; raise `maximumHeld` if that is right',
		);
		expect(limitDefaults).toEqual({maximumExpansion: 100, maximumHeld: 268435456});
	});
});
