/** Columns of tables. */
import type {TableColumn} from '../study/document';

/** Columns of text, then columns of numbers, then of text again, and so on: `columns(['optimizer'], ['loss'])`. */
export const columns = (...groups: readonly (readonly string[])[]): readonly TableColumn[] =>
	groups.flatMap((titles, i) => titles.map((title) => ({title, numeric: i % 2 === 1})));
