/** The environment variables that this package reads. An empty one counts as not set. */
import {got, maximumCount} from './check';
import {argumentError} from './errors';

/** The value of a variable, if it has one. */
export function variable(name: string): string | undefined {
	const value = process.env[name];
	return value === '' ? undefined : value;
}

/** Whether `SOPHIA_DEBUG` asks for the stacks of errors. */
export function debugging(): boolean {
	return !['0', undefined].includes(variable('SOPHIA_DEBUG'));
}

/**
Native code reads `SOPHIA_NUM_THREADS` itself and would take what is no number for not set, and `4x` for 4.

@throws RangeError `ERR_SOPHIA_INVALID_ARGUMENT` when it is not a positive whole number.
*/
export function checkThreadVariable(): void {
	checkCount('SOPHIA_NUM_THREADS', maximumCount);
}

/** The same for the bytes that tensors may hold. @throws RangeError `ERR_SOPHIA_INVALID_ARGUMENT` */
export function checkMemoryVariable(): void {
	checkCount('SOPHIA_MEMORY_LIMIT', Number.MAX_SAFE_INTEGER);
}

function checkCount(name: string, most: number): void {
	const value = variable(name);
	if (value !== undefined && !(/^[1-9]\d*$/.test(value) && Number(value) <= most)) {
		throw argumentError('range', `Expected \`${name}\` to be a positive whole number, ${got(value)}`);
	}
}
