/** Where the package is: this file lies in `bench`, or compiled in `dist/bench`. */
import {existsSync} from 'node:fs';
import {dirname, join} from 'node:path';

function find(folder: string): string {
	return existsSync(join(folder, 'package.json')) ? folder : find(dirname(folder));
}

/** The folder of `package.json`. */
export const root = find(__dirname);
