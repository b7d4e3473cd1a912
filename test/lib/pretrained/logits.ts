/** Predictions of a model and of the independent reader, token by token. */
import {spawnSync} from 'node:child_process';
import {join} from 'node:path';
import type {Gpt2} from '../../../lib/gpt2';

const reader = join(__dirname, '../../independent/gpt2_reader.py');

interface Read {
	readonly logits: number[][][];
	/** Null where transformers is not installed. */
	readonly transformers: number[][][] | null;
}

/** What the reader makes of a directory. */
export function readIndependently(directory: string, sequences: readonly number[][]): Read {
	const ended = spawnSync('python3', [reader, directory, JSON.stringify(sequences)], {
		encoding: 'utf8',
		maxBuffer: 1e8,
	});
	if (ended.error !== undefined || ended.status !== 0) {
		const reason = ended.error === undefined ? ended.stderr : 'there is no python3: apt-get install python3';
		throw new Error(`The independent reader did not run: ${reason}`);
	}
	return JSON.parse(ended.stdout) as Read;
}

/** −ln p of every token at every position of a sequence, each from a loss that counts this position alone. */
export async function surprises(model: Gpt2, tokens: readonly number[]): Promise<number[][]> {
	const rows: number[][] = [];
	for (let t = 0; t < tokens.length; t++) {
		const row: number[] = [];
		for (let token = 0; token < model.config.vocabulary; token++) {
			const targets = new Int32Array(tokens.length).fill(-1);
			targets[t] = token;
			const examples = {tokens: Int32Array.from(tokens), targets, length: tokens.length};
			row.push((await model.gradient(examples)).loss);
		}
		rows.push(row);
	}
	return rows;
}

/** The same of logits. */
export function surprisesOf(logits: readonly (readonly number[])[]): number[][] {
	return logits.map((row) => {
		const peak = Math.max(...row);
		const total = row.reduce((sum, x) => sum + Math.exp(x - peak), 0);
		return row.map((x) => peak + Math.log(total) - x);
	});
}

/** The largest difference of two tables. */
export function distance(one: readonly number[][], other: readonly number[][]): number {
	const [a, b] = [one.flat(), other.flat()];
	return a.length === b.length ? Math.max(...a.map((x, i) => Math.abs(x - (b[i] ?? NaN)))) : NaN;
}
