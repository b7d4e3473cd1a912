/** The JSON of files from elsewhere: of bounded size, and what is wrong with it is said with the name of the file. */
import {closeSync, constants, fstatSync, openSync, readFileSync} from 'node:fs';
import {object} from '../check';
import {messageOf, wrap, wrongFile} from '../errors';
import {noFile} from '../files';

/** What a JSON file holds. */
export type Json = Readonly<Record<string, unknown>>;

/** The largest of GPT-2's own files has less than three megabytes. */
const mostBytes = 16 * 2 ** 20;

/**
The object in a JSON file.

@throws SophiaError `ERR_SOPHIA_IO` when it cannot be read, `ERR_SOPHIA_FORMAT` when it is too large or no object
*/
export function readJson(path: string): Json {
	const text = readText(path);
	return inFile(path, () => object('its content', JSON.parse(text)));
}

/** The text of a file that is not too large. @throws SophiaError `ERR_SOPHIA_IO`, `ERR_SOPHIA_FORMAT` */
export function readText(path: string): string {
	return wrap(() => {
		const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK); // a pipe is refused and not waited for
		try {
			const stats = fstatSync(file);
			if (!stats.isFile()) {
				throw noFile(path, stats);
			}
			if (stats.size > mostBytes) {
				throw wrongFile(path, `Expected at most ${mostBytes} bytes, got ${stats.size}`);
			}
			return readFileSync(file, 'utf8');
		} finally {
			closeSync(file);
		}
	});
}

/** Checks what a file says: a wrong argument is then a wrong file. @throws SophiaError `ERR_SOPHIA_FORMAT` */
export function inFile<T>(path: string, check: () => T): T {
	try {
		return check();
	} catch (error) {
		const {name, code} = error as {name?: string; code?: string};
		const wrong = name === 'SyntaxError' || code === 'ERR_SOPHIA_INVALID_ARGUMENT';
		throw wrong ? wrongFile(path, messageOf(error), error) : error;
	}
}
