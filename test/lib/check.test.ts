import * as check from '../../lib/check';

const nan = Number.NaN;

describe('checks', () => {
	test.each<[string, () => unknown, string]>([
		['inRange', () => check.inRange('beta1', 1.5, 0, 1), 'Expected `beta1` to be in [0, 1), got `1.5`'],
		['inRange at the end', () => check.inRange('beta1', 1, 0, 1), 'Expected `beta1` to be in [0, 1), got `1`'],
		['inRange below', () => check.inRange('beta1', -0.1, 0, 1), 'Expected `beta1` to be in [0, 1), got `-0.1`'],
		['positive', () => check.positive('rho', 0), 'Expected `rho` to be positive and finite, got `0`'],
		[
			'positive infinity',
			() => check.positive('rho', Infinity),
			'Expected `rho` to be positive and finite, got `Infinity`',
		],
		['nonNegative', () => check.nonNegative('clip', -1), 'Expected `clip` to be at least 0 and finite, got `-1`'],
		['ratio', () => check.ratio('r', 1.1), 'Expected `r` to be in [0, 1], got `1.1`'],
		['fraction', () => check.fraction('f', 0), 'Expected `f` to be in (0, 1], got `0`'],
		['integer', () => check.integer('n', 1.5), 'Expected `n` to be an integer, got `1.5`'],
		['properFraction', () => check.properFraction('f', 2), 'Expected `f` to be in (0, 1), got `2`'],
		[
			'integer below',
			() => check.integer('n', -1),
			'Expected `n` to be an integer of at least 0 and below 2^53, got `-1`',
		],
		['integer beyond a double', () => check.integer('n', 2 ** 53), '0 and below 2^53, got `9007199254740992`'],
		['integer above', () => check.integer('n', 9, 1, 8), 'Expected `n` to be an integer in [1, 8], got `9`'],
		[
			'count',
			() => check.count('steps', 2 ** 31),
			'Expected `steps` to be an integer in [1, 2147483647], got `2147483648`',
		],
		['string', () => check.string('path', ''), 'Expected `path` to be a string that is not empty, got ``'],
		['an address', () => check.address('at', 0n), 'Expected `at` to be an address: above 0 and below 2^64, got `0n`'],
		['path', () => check.path('file', 'a\0b'), "Expected `file` to be a path, without NUL characters, got `'a\\x00b'`"],
		[
			'oneOf',
			() => check.oneOf('gelu', 'relu', ['tanh', 'erf']),
			'Expected `gelu` to be one of `tanh`, `erf`, got `relu`',
		],
	])('%s out of bounds is a RangeError in the one voice', (_name, act, message) => {
		expect(act).toThrow(RangeError);
		expect(act).toThrow(message);
		expect(act).toThrow(expect.objectContaining({code: 'ERR_SOPHIA_INVALID_ARGUMENT'}));
	});

	test.each<[string, () => unknown, string]>([
		['a string', () => check.positive('rho', '1'), 'Expected `rho` to be a number, got `1` (string)'],
		['NaN', () => check.inRange('beta1', nan, 0, 1), 'Expected `beta1` to be a number, got `NaN` (number)'],
		['nothing', () => check.integer('n', undefined), 'Expected `n` to be an integer, got `undefined` (undefined)'],
		['a number', () => check.boolean('bias', 1), 'Expected `bias` to be a boolean, got `1` (number)'],
		['an object', () => check.string('path', {a: 1}), 'Expected `path` to be a string, got `{ a: 1 }` (object)'],
		[
			'a number for a choice',
			() => check.oneOf('gelu', 1, ['tanh']),
			'Expected `gelu` to be a string, got `1` (number)',
		],
		['null', () => check.object('options', null), 'Expected `options` to be an object, got `null` (object)'],
		['an array', () => check.object('options', []), 'Expected `options` to be an object, got `[]` (object)'],
		['another object', () => check.instance('when', {}, Date, 'a Date'), 'Expected `when` to be a Date, got `{}`'],
		['no function', () => check.callable('onProgress', 5), 'Expected `onProgress` to be a function, got `5`'],
		['half a signal', () => check.signal('signal', {aborted: false}), 'Expected `signal` to be an AbortSignal, got `{'],
		['a string for a list', () => check.list('prompt', 'abc'), 'Expected `prompt` to be an array, got `abc` (string)'],
		['a length of a half', () => check.list('prompt', {length: 0.5}), 'Expected `prompt` to be an array'],
		['doubles', () => check.float32Array('values', [1]), 'Expected `values` to be a Float32Array, got `[ 1 ]`'],
		['no integers', () => check.int32Array('tokens', [1]), 'Expected `tokens` to be an Int32Array, got `[ 1 ]`'],
		['a symbol', () => check.text('text', Symbol('x')), 'Expected `text` to be a string, got `Symbol(x)` (symbol)'],
	])('%s of the wrong type is a TypeError', (_name, act, message) => {
		expect(act).toThrow(TypeError);
		expect(act).toThrow(message);
		expect(act).toThrow(expect.objectContaining({code: 'ERR_SOPHIA_INVALID_ARGUMENT'}));
	});

	test('what came is shown in one line that is not long and moves no cursor', () => {
		expect(check.got('\u001B[2J')).toBe("got `'\\x1B[2J'`");
		const [text, numbers] = ['x'.repeat(1e6), new Float32Array(1e6)].map(check.got);
		expect(text?.length).toBeLessThan(300);
		expect(numbers?.length).toBeLessThan(100);
		expect(check.got({a: {b: [1, 2]}, c: Array.from({length: 20}, () => 'an element')})).not.toMatch('\n');
	});

	test('what is in bounds comes back, the ends included where they belong', () => {
		expect(check.inRange('x', 0, 0, 1)).toBe(0);
		expect(check.ratio('x', 1)).toBe(1);
		expect(check.fraction('x', 1)).toBe(1);
		expect(check.nonNegative('x', 0)).toBe(0);
		expect(check.integer('x', 8, 1, 8)).toBe(8);
		expect(check.count('x', 1)).toBe(1);
		expect(check.boolean('x', false)).toBe(false);
		expect(check.properFraction('x', 0.5)).toBe(0.5);
		expect(check.text('x', '')).toBe('');
		expect(check.path('x', 'a b')).toBe('a b');
		expect(check.list('x', Uint8Array.of(1))).toHaveLength(1);
		expect(check.signal('x', undefined)).toBeUndefined();
		expect(check.signal('x', AbortSignal.abort())?.aborted).toBe(true);
		expect(check.oneOf('x', 'b', ['a', 'b'])).toBe('b');
	});

	test('an unknown option is rejected with the nearest known name, whatever its case', () => {
		const known = ['learningRate', 'weightDecay'];
		const message = 'Unknown option `learningrate`, did you mean `learningRate`?';
		expect(() => check.knownKeys({learningrate: 1}, known)).toThrow(expect.objectContaining({message}));
		expect(() => check.knownKeys({SEED: 1, seed: 1}, ['seed', 'SEEDS'])).toThrow('did you mean `seed`?');
		expect(check.suggestion('rate', ['RATE'])).toBe(', did you mean `RATE`?');
		expect(() => check.knownKeys({momentum: 1}, known)).toThrow('Unknown option `momentum`');
		expect(() => check.knownKeys({momentum: 1}, known)).not.toThrow(/did you mean/);
		expect(() => check.knownKeys({weightDecay: 1}, known)).not.toThrow();
	});

	test('options stand over defaults, and undefined is not given', () => {
		expect(check.withDefaults({a: 2, b: undefined}, {a: 1, b: 1, c: 1})).toEqual({a: 2, b: 1, c: 1});
		expect(() => check.withDefaults({d: 1}, {a: 1})).toThrow(TypeError);
	});
});
