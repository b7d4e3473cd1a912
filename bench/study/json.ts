/** JSON files that are whole or not there. */
import {readFileSync} from 'node:fs';
import {dirname} from 'node:path';
import {makeDirectory, writeWhole} from '#lib/files';
import {decode, encode} from '../encoding';

/** Writes an object, a line for each of its parts. */
export async function writeJson(path: string, value: object): Promise<void> {
	makeDirectory(dirname(path));
	const text = encode(value, 1);
	await writeWhole(path, (file) => file.writeFile(`${text}\n`));
}

/** Reads it again. @throws SyntaxError for a file that was cut */
export function readJson(path: string): unknown {
	return decode(readFileSync(path, 'utf8'));
}
