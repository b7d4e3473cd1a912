/** What descents found, in a file. JSON has no Infinity, what is left of a descent that diverged: that is null. */
import type {Found} from './descents';
import {digestOf} from './job';
import {JsonLines} from './jsonlines';

/** One line. */
interface Line extends Omit<Found, 'left'> {
	readonly key: string;
	readonly left: number | null;
}

/** A file of what was found, by what was asked for. */
export class DescentStore {
	readonly #lines: JsonLines<Line>;
	readonly #found: Map<string, Found>;

	/** Reads what is there; nothing is fine. */
	constructor(path: string) {
		this.#lines = new JsonLines(path, lineOf);
		this.#found = new Map(
			this.#lines.found.map(({key, ...found}) => [key, {...found, steps: found.steps, left: found.left ?? Infinity}]),
		);
	}

	/** What was found where the same was asked for. */
	find(asked: unknown): Found | undefined {
		return this.#found.get(digestOf(asked));
	}

	/** Keeps what was found. */
	add(asked: unknown, found: Found): void {
		const key = digestOf(asked);
		const line: Line = {key, ...found, left: Number.isFinite(found.left) ? found.left : null};
		this.#lines.add(line);
		this.#found.set(key, found);
	}
}

function lineOf(json: unknown): Line | undefined {
	const line = json as Partial<Line> | null;
	const sound = typeof line?.key === 'string' && typeof line.rate === 'number' && line.left !== undefined;
	return sound ? (line as Line) : undefined;
}
