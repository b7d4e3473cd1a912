/** JSON files that are whole or not there. */
import {existsSync, readFileSync} from 'node:fs';
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

/**
What a file that can be made again says; undefined where it is not there, or is damaged, which is told.

@param parse what it says; undefined for nothing of use, and what it throws is damage
*/
export function readKept<T>(
	path: string,
	parse: (json: unknown) => T | undefined,
	tell: (line: string) => void,
): T | undefined {
	if (!existsSync(path)) {
		return undefined;
	}
	try {
		return parse(readJson(path));
	} catch {
		tell(`  ${path} is damaged, and left out`);
		return undefined;
	}
}
