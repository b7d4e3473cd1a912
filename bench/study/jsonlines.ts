/** Files of JSON lines that only grow. One that was cut loses its last line and nothing else. */
import {appendFileSync, existsSync, readFileSync} from 'node:fs';
import {dirname} from 'node:path';
import {wrap} from '#lib/errors';
import {makeDirectory} from '#lib/files';

/** A file of lines, each of which says something by itself. */
export class JsonLines<T> {
	readonly path: string;
	/** What its lines said when it was opened, in their order. */
	readonly found: readonly T[];
	/** Numbers of lines that said nothing: cut, or somebody else's. They stay where they are. */
	readonly unreadable: readonly number[];
	#whole: boolean;

	/**
	Reads what is there; nothing is fine.

	@param parse what a line says; undefined for nothing, and what it throws is nothing too
	@throws SophiaError `ERR_SOPHIA_IO`
	*/
	constructor(path: string, parse: (json: unknown) => T | undefined) {
		this.path = path;
		const text = wrap(() => (existsSync(path) ? readFileSync(path, 'utf8') : ''));
		const lines = text.split('\n').map((line, i) => ({line, number: i + 1, said: attempt(line, parse)}));
		this.found = lines.flatMap(({said}) => said ?? []);
		this.unreadable = lines.filter(({line, said}) => line !== '' && said === undefined).map(({number}) => number);
		this.#whole = text === '' || text.endsWith('\n');
	}

	/** Adds a line, and the directory where there is none. @throws SophiaError `ERR_SOPHIA_IO` */
	add(value: object): void {
		wrap(() => {
			makeDirectory(dirname(this.path));
			const begin = this.#whole ? '' : '\n';
			this.#whole = false; // until all of it is written: the disk may be full
			appendFileSync(this.path, `${begin}${JSON.stringify(value)}\n`);
			this.#whole = true;
		});
	}
}

function attempt<T>(line: string, parse: (json: unknown) => T | undefined): T | undefined {
	try {
		return parse(JSON.parse(line));
	} catch {
		return undefined;
	}
}
