/**
What can go wrong, by code. Argument errors are `TypeError` or `RangeError`, everything else is a `SophiaError`; each
carries a `code` from the one list below, because messages are for people and codes are for programs.
*/

/** Every code of `native/core/error.h`, in its order; `test/lib/integration/boundary.test.ts` compares them. */
export const nativeCodes = [
	'ERR_SOPHIA_INVALID_ARGUMENT',
	'ERR_SOPHIA_OUT_OF_MEMORY',
	'ERR_SOPHIA_DEVICE',
	'ERR_SOPHIA_IO',
	'ERR_SOPHIA_FORMAT',
	'ERR_SOPHIA_DIVERGED',
	'ERR_SOPHIA_DISPOSED',
	'ERR_SOPHIA_BUSY',
] as const;

/**
The code of an error.

- `ERR_SOPHIA_INVALID_ARGUMENT`: an option or argument is out of bounds, unknown or of the wrong type.
- `ERR_SOPHIA_OUT_OF_MEMORY`: the model, its activations or the optimizer's state do not fit.
- `ERR_SOPHIA_DEVICE`: the device asked for cannot be used; the message gives the reason.
- `ERR_SOPHIA_IO`: the file system refused; `cause` is the system's error where there is one.
- `ERR_SOPHIA_FORMAT`: a file is not what it should be (truncated, hostile, of another model).
- `ERR_SOPHIA_DIVERGED`: too many steps in a row had no finite gradient; the last good checkpoint stands.
- `ERR_SOPHIA_DISPOSED`: the object was disposed.
- `ERR_SOPHIA_BUSY`: the object is in the middle of another long call.
- `ERR_SOPHIA_NO_BINARY`: there is no compiled addon for this platform, or one that cannot be used here.
- `ABORT_ERR`: an `AbortSignal` stopped the work; `cause` is its reason.
*/
export type ErrorCode = (typeof nativeCodes)[number] | 'ERR_SOPHIA_NO_BINARY' | 'ABORT_ERR';

/**
Any failure that is not a wrong argument.

@example
```
try {
	Dataset.open('nowhere');
} catch (error) {
	console.log(error instanceof SophiaError, error.code); // true 'ERR_SOPHIA_IO'
}
```
*/
export class SophiaError extends Error {
	/** The name of the class. */
	override readonly name: string = 'SophiaError';

	constructor(
		/** What went wrong, for programs: messages are for people. */
		readonly code: ErrorCode,
		message: string,
		options?: ErrorOptions,
	) {
		super(message, options);
	}
}

/**
The work was stopped by an `AbortSignal`. `code` is `ABORT_ERR`, as in Node; `cause` is the signal's reason.

@example
```
using trainer = new Trainer({model, optimizer: new AdamW(), data});
try {
	for await (const {step} of trainer.run({signal: AbortSignal.timeout(1)})) {
		console.log(step);
	}
} catch (error) {
	console.log(error instanceof AbortError, error.cause); // true, the signal's TimeoutError
}
```
*/
export class AbortError extends SophiaError {
	/** The name of the class. */
	override readonly name = 'AbortError';

	constructor(signal: AbortSignal) {
		super('ABORT_ERR', 'The operation was aborted', {cause: signal.reason});
	}
}

/** A wrong argument: `TypeError` when its type is wrong, `RangeError` when its value is. */
export function argumentError(kind: 'type' | 'range', message: string, options?: ErrorOptions): Error {
	const error = kind === 'type' ? new TypeError(message, options) : new RangeError(message, options);
	return Object.assign(error, {code: 'ERR_SOPHIA_INVALID_ARGUMENT' satisfies ErrorCode});
}

/**
The same error in this project's classes. Native code throws plain errors with a `code`, which may moreover belong to
another realm, and Node's file system throws system errors; both are recognised by their fields, never by `instanceof`.
*/
export function translate(error: unknown): unknown {
	if (error instanceof SophiaError || typeof error !== 'object' || error === null) {
		return error;
	}
	const {
		code,
		name,
		message = '',
		syscall,
	} = error as {code?: string; name?: string; message?: string; syscall?: string};
	if (code === 'ERR_SOPHIA_INVALID_ARGUMENT') {
		return argumentError(name === 'TypeError' ? 'type' : 'range', message, {cause: error});
	}
	if (nativeCodes.some((known) => known === code)) {
		return new SophiaError(code as ErrorCode, message, {cause: error});
	}
	return syscall === undefined ? error : new SophiaError('ERR_SOPHIA_IO', printable(message), {cause: error});
}

/** What an error says, wherever it comes from. */
export function messageOf(error: unknown): string {
	const {message} = (error ?? {}) as {message?: unknown};
	return typeof message === 'string' ? message : String(error);
}

/** What a terminal would obey or not show: control characters, marks of direction, breaks of lines. */
const unprintable = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** The most characters of what is said about a file: its beginning, and its end, where the advice stands. */
const longestBeginning = 400;
const longestEnd = 200;

/** A text from elsewhere, such as a name in a file, as it may be shown in a line. */
export function printable(text: string): string {
	return text.replace(unprintable, ' ');
}

/**
A file that is not what it should be. What is said of it may hold what it says itself, which may be hostile: it is shown
in one line, and not all of a long one.
*/
export function wrongFile(path: string, message: string, cause?: unknown): SophiaError {
	const long = message.length > longestBeginning + longestEnd;
	const short = long ? `${message.slice(0, longestBeginning)} … ${message.slice(-longestEnd)}` : message;
	return new SophiaError('ERR_SOPHIA_FORMAT', printable(`\`${path}\`: ${short}`), cause === undefined ? {} : {cause});
}

/** Calls `work` and translates what it throws. */
export function wrap<T>(work: () => T): T {
	try {
		return work();
	} catch (error) {
		throw translate(error);
	}
}

/** Calls `work` and translates what it throws or rejects with. */
export async function wrapAsync<T>(work: () => Promise<T>): Promise<T> {
	try {
		return await work();
	} catch (error) {
		throw translate(error);
	}
}

/** @throws AbortError when the signal is already aborted, so that nothing happens at all. */
export function throwIfAborted(signal: AbortSignal | undefined): void {
	if (signal?.aborted) {
		throw new AbortError(signal);
	}
}
