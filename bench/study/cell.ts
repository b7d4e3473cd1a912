/** The losses of an optimizer in one regime: what every statistic of the study is made of. */

const {isFinite} = Number;

/** Final losses by seed; runs with the same seed met the same initial values and the same batches. */
export type Losses = ReadonlyMap<number, number>;

/** An optimizer in a regime, under several seeds. */
export interface Cell {
	readonly optimizer: string;
	/** N, without embeddings. */
	readonly parameters: number;
	/** D, what each run was trained on. */
	readonly tokens: number;
	/** D over 20 N, as the regime is called. */
	readonly ratio: number;
	/** Seed to validation loss after the last step; Infinity for a run that diverged. */
	readonly losses: Losses;
}

/** Whether some run of it has no loss: its mean is infinite then. */
export function diverged(losses: Losses): boolean {
	return [...losses.values()].some((loss) => !isFinite(loss));
}

/** The regime of a cell, as a key: cells of different optimizers that have it are compared. */
export function regimeOf({parameters, ratio}: Cell): string {
	return `${parameters}×${ratio}`;
}

/** The cells by what they are asked for, in the order in which it first appears. */
export function grouped<Key>(cells: readonly Cell[], keyOf: (cell: Cell) => Key): Map<Key, Cell[]> {
	const groups = new Map<Key, Cell[]>();
	for (const cell of cells) {
		const key = keyOf(cell);
		groups.set(key, [...(groups.get(key) ?? []), cell]);
	}
	return groups;
}

/** Of a cell, or of a part of its runs: Infinity where a run diverged, NaN of none. */
export function meanOf(losses: Iterable<number>): number {
	let [sum, count] = [0, 0];
	for (const loss of losses) {
		sum += isFinite(loss) ? loss : Infinity;
		count++;
	}
	return sum / count;
}

/**
σ of one run, from the spread under seeds within each of these cells, but for those with a run that diverged: a handful
of seeds tells little about one of them. NaN where none has two runs that differ.
*/
export function noiseOf(cells: readonly Cell[]): number {
	let [squares, freedom] = [0, 0];
	for (const {losses} of cells.filter((cell) => !diverged(cell.losses))) {
		const mean = meanOf(losses.values());
		squares += [...losses.values()].reduce((sum, loss) => sum + (loss - mean) ** 2, 0);
		freedom += Math.max(0, losses.size - 1);
	}
	return squares > 0 ? Math.sqrt(squares / freedom) : NaN;
}

/** D in units of 20 N: what `ratio` names, to the token. */
export function dataOf({tokens, parameters}: Cell): number {
	return tokens / (20 * parameters);
}
