import {
	AbortError,
	argumentError,
	messageOf,
	printable,
	SophiaError,
	throwIfAborted,
	translate,
	wrap,
	wrapAsync,
	wrongFile,
} from '../../lib/errors';

describe('errors', () => {
	test('a native error becomes a SophiaError with its code and the native error as cause', () => {
		const cause = {code: 'ERR_SOPHIA_FORMAT', message: 'truncated'};
		const error = translate(cause);
		expect(error).toBeInstanceOf(SophiaError);
		expect(error).toMatchObject({name: 'SophiaError', code: 'ERR_SOPHIA_FORMAT', message: 'truncated', cause});
	});

	test.each([
		['TypeError', TypeError],
		['RangeError', RangeError],
		['Error', RangeError],
	])('a native argument error of name %s keeps its kind', (name, type) => {
		const error = translate({name, code: 'ERR_SOPHIA_INVALID_ARGUMENT', message: 'no'});
		expect(error).toBeInstanceOf(type);
		expect(error).toMatchObject({code: 'ERR_SOPHIA_INVALID_ARGUMENT', message: 'no'});
	});

	test('an error of the file system becomes ERR_SOPHIA_IO', () => {
		const error = translate({code: 'ENOSPC', syscall: 'write', message: 'ENOSPC: no space left on device, write'});
		expect(error).toMatchObject({code: 'ERR_SOPHIA_IO', message: 'ENOSPC: no space left on device, write'});
	});

	test('what is not ours is left alone', () => {
		const bug = new Error('bug');
		expect(translate(bug)).toBe(bug);
		expect(translate('text')).toBe('text');
		const ours = new SophiaError('ERR_SOPHIA_BUSY', 'busy');
		expect(translate(ours)).toBe(ours);
	});

	test('wrap and wrapAsync return what comes and translate what is thrown', async () => {
		const native = Object.assign(new Error('gone'), {code: 'ERR_SOPHIA_DISPOSED'});
		const thrower = () => {
			throw native;
		};
		expect(wrap(() => 1)).toBe(1);
		await expect(wrapAsync(() => Promise.resolve(1))).resolves.toBe(1);
		expect(() => wrap(thrower)).toThrow(SophiaError);
		await expect(wrapAsync(() => Promise.reject(native))).rejects.toBeInstanceOf(SophiaError);
		await expect(wrapAsync(thrower)).rejects.toBeInstanceOf(SophiaError);
	});

	test('an aborted signal throws ABORT_ERR with its reason as cause', () => {
		expect(() => throwIfAborted(undefined)).not.toThrow();
		expect(() => throwIfAborted(new AbortController().signal)).not.toThrow();
		const reason = new Error('enough');
		const signal = AbortSignal.abort(reason);
		expect(() => throwIfAborted(signal)).toThrow(AbortError);
		expect(new AbortError(signal)).toMatchObject({name: 'AbortError', code: 'ABORT_ERR', cause: reason});
	});

	test('anything that is thrown says something', () => {
		expect(['a', {message: 'b'}, new Error('c'), undefined, null, 4].map(messageOf)).toEqual([
			'a',
			'b',
			'c',
			'undefined',
			'null',
			'4',
		]);
	});

	test('a wrong file is named, with the cause', () => {
		const cause = new Error('why');
		const error = wrongFile('a', 'is odd', cause);
		expect(error).toMatchObject({code: 'ERR_SOPHIA_FORMAT', message: '`a`: is odd', cause});
		expect(wrongFile('a', 'is odd')).not.toHaveProperty('cause');
	});

	test('what a hostile file or its name says is shown in a line that a terminal does not obey, and not all of it', () => {
		const hostile = '\u001b[2J\r\n\u009b\u202e\u2028';
		expect(printable(`a${hostile}é🎉`)).toMatch(/^a[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]*é🎉$/u);
		const {message} = wrongFile(`b${hostile}`, `has no \`${hostile.repeat(1e3)}\`; raise a limit`);
		expect(message).toMatch(/^`b[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]{400,700}; raise a limit$/u);
		const system = translate({code: 'EACCES', syscall: 'open', message: `EACCES: open '${hostile}'`});
		expect(system).toMatchObject({message: expect.not.stringMatching(/\p{Cc}/u)});
	});

	test('argument errors carry a code', () => {
		expect(argumentError('type', 'a')).toBeInstanceOf(TypeError);
		expect(argumentError('range', 'b')).toMatchObject({code: 'ERR_SOPHIA_INVALID_ARGUMENT', message: 'b'});
	});
});
