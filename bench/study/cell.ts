/** The losses of an optimizer in one regime: what every statistic of the study is made of. */

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
	return [...losses.values()].some((loss) => !Number.isFinite(loss));
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
