/** JSON files that are whole or not there. JSON has no Infinity, the loss of what diverged, and no NaN, of what failed. */
import {readFileSync} from 'node:fs';
import {dirname} from 'node:path';
import {makeDirectory, writeWhole} from '#lib/files';

const words: readonly (readonly [word: string, value: number])[] = [
	['diverged', Infinity],
	['failed', NaN],
];

/** Writes an object, a line for each of its parts. */
export async function writeJson(path: string, value: object): Promise<void> {
	makeDirectory(dirname(path));
	const text = JSON.stringify(
		value,
		(_key, inner: unknown) => words.find(([, number]) => Object.is(inner, number))?.[0] ?? inner,
		1,
	);
	await writeWhole(path, (file) => file.writeFile(`${text}\n`));
}

/** Reads it again. @throws SyntaxError for a file that was cut */
export function readJson(path: string): unknown {
	return JSON.parse(
		readFileSync(path, 'utf8'),
		(_key, inner: unknown) => words.find(([word]) => word === inner)?.[1] ?? inner,
	);
}
