import {diverged, grouped, regimeOf, type Cell} from '../../../bench/study/cell';

const cell = (optimizer: string, ratio: number, ...losses: number[]): Cell => ({
	optimizer,
	parameters: 100,
	tokens: 2000 * ratio,
	ratio,
	losses: new Map(losses.map((loss, seed) => [seed, loss])),
});

test('a cell diverged where one of its runs has no loss', () => {
	expect(diverged(cell('adamw', 1, 3, 3.1).losses)).toBe(false);
	expect(diverged(cell('adamw', 1, 3, Infinity).losses)).toBe(true);
	expect(diverged(cell('adamw', 1, NaN).losses)).toBe(true);
});

test('cells of a regime are found together, in the order in which they came', () => {
	const groups = grouped([cell('adamw', 1), cell('adamw', 2), cell('lion', 1)], regimeOf);
	const names = [...groups].map(([key, cells]) => [key, cells.map(({optimizer}) => optimizer)]);
	expect(names).toEqual([
		['100×1', ['adamw', 'lion']],
		['100×2', ['adamw']],
	]);
});
