/** Who moves what, as a table and in a few lines. */
import type {RoutedTensor, Route} from './routing';
import {sizesOf} from './shapes';

/** What moves a tensor, in a row: `console.table` prints a list of them. */
export interface RoutingRow {
	/** The tensor's. */
	readonly name: string;
	/** Rows and columns, or the length of a vector. */
	readonly shape: string;
	/** What moves it. */
	readonly rule: string;
	/** The matrices that the rule sees in it; 0 where it sees numbers. */
	readonly matrices: number;
	/** Which of its numbers share a second moment; empty where each has its own, or none. */
	readonly shared: string;
	/** How many numbers it has. */
	readonly numbers: number;
	/** How many numbers are kept of it, where an optimizer is attached. */
	readonly state?: number;
}

/** The row of a tensor. */
export function rowOf(tensor: RoutedTensor, route: Route, state?: number): RoutingRow {
	const {name, rows, columns} = tensor;
	const {rule, matrices = 0} = route;
	const shape = sizesOf(tensor);
	const row = {name, shape, rule: rule.name, matrices, shared: sharedOf(tensor, route), numbers: rows * columns};
	return state === undefined ? row : {...row, state};
}

function sharedOf({columns}: RoutedTensor, {block = 0, widths = []}: Route): string {
	if (widths.length > 0) {
		const all = new Set(widths).size === 1 ? widths.slice(0, 1) : widths;
		return `${all.join(', ')} ${all.length === 1 && all[0] === 1 ? 'column' : 'columns'}`;
	}
	if (block === 0) {
		return '';
	}
	const rows = block / columns;
	return rows === 1 ? '1 row' : `${rows} rows`;
}

/**
A line for all rules, and one for each way in which tensors share second moments; none where one rule moves all numbers
alike.
*/
export function routingLines(rows: readonly RoutingRow[]): string[] {
	const rules = groupBy(rows, ({rule}) => rule);
	const plain = rules.size === 1 && rows.every(({matrices, shared}) => matrices === 0 && shared === '');
	if (plain) {
		return [];
	}
	const line = Array.from(rules, ([rule, own]) => `${rule}: ${countOf(own)}`).join('; ');
	const alike = groupBy(
		rows.filter(({shared}) => shared !== ''),
		({shared}) => shared,
	);
	const blocks = Array.from(alike, ([shared, own]) => `  a second moment for each ${shared} of ${namesOf(own)}`);
	return [line, ...blocks];
}

function groupBy(rows: readonly RoutingRow[], key: (row: RoutingRow) => string): Map<string, RoutingRow[]> {
	const groups = new Map<string, RoutingRow[]>();
	for (const row of rows) {
		groups.set(key(row), [...(groups.get(key(row)) ?? []), row]);
	}
	return groups;
}

function countOf(rows: readonly RoutingRow[]): string {
	const matrices = rows.reduce((sum, row) => sum + row.matrices, 0);
	const others = rows.filter((row) => row.matrices === 0).length;
	const numbers = rows.reduce((sum, row) => sum + row.numbers, 0);
	const counts = [
		...(matrices === 0 ? [] : [matrices === 1 ? '1 matrix' : `${matrices} matrices`]),
		...(others === 0 ? [] : [others === 1 ? '1 tensor' : `${others} tensors`]),
	];
	return `${counts.join(', ')}, ${numbers.toLocaleString('en')} parameters`;
}

/** Their names, those of all layers as one. */
function namesOf(rows: readonly RoutingRow[]): string {
	return [...new Set(rows.map(({name}) => name.replaceAll(/(?<=^|\.)\d+(?=\.)/g, '*')))].join(', ');
}
