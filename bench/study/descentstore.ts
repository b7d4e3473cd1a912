/**
What descents found: a file of JSON lines that only grows. A file that was cut loses its last line and nothing else. JSON has
no Infinity, what is left of a descent that diverged: that is null.
*/
import {appendFileSync, existsSync, readFileSync} from 'node:fs';
import {dirname} from 'node:path';
import {makeDirectory} from '#lib/files';
import {digestOf} from './job';
import type {Found} from './descents';

/** One line. */
interface Line extends Omit<Found, 'left'> {
	readonly key: string;
	readonly left: number | null;
}

/** A file of what was found, by what was asked for. */
export class DescentStore {
	readonly path: string;
	readonly #found = new Map<string, Found>();
	#begin: string;

	/** Reads what is there; nothing is fine. */
	constructor(path: string) {
		this.path = path;
		const text = existsSync(path) ? readFileSync(path, 'utf8') : '';
		for (const {key, ...found} of text.split('\n').flatMap(parse)) {
			this.#found.set(key, {...found, steps: found.steps, left: found.left ?? Infinity});
		}
		this.#begin = text === '' || text.endsWith('\n') ? '' : '\n';
	}

	/** What was found where the same was asked for. */
	find(asked: unknown): Found | undefined {
		return this.#found.get(digestOf(asked));
	}

	/** Keeps what was found. */
	add(asked: unknown, found: Found): void {
		const key = digestOf(asked);
		const line: Line = {key, ...found, left: Number.isFinite(found.left) ? found.left : null};
		makeDirectory(dirname(this.path));
		appendFileSync(this.path, `${this.#begin}${JSON.stringify(line)}\n`);
		this.#begin = '';
		this.#found.set(key, found);
	}
}

function parse(text: string): readonly Line[] {
	try {
		const line = JSON.parse(text) as Partial<Line> | null;
		const sound = typeof line?.key === 'string' && typeof line.rate === 'number' && line.left !== undefined;
		return sound ? [line as Line] : [];
	} catch {
		return []; // cut, or nobody's
	}
}
