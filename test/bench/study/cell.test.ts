import {dataOf, diverged, grouped, meanOf, noiseOf, regimeOf, type Cell} from '../../../bench/study/cell';

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

test('a mean with a run that diverged is infinite, and of nothing there is none', () => {
	expect([meanOf([3, 4]), meanOf([3, NaN]), meanOf([-Infinity, 3]), meanOf([])]).toEqual([
		3.5,
		Infinity,
		Infinity,
		NaN,
	]);
});

test('the noise of cells is that of all of them together, about the mean of each', () => {
	const cells = [cell('adamw', 1, 3, 3.2), cell('lion', 1, 5, 5.2, 5.4), cell('lost', 1, 3, Infinity), cell('none', 1)];
	expect(noiseOf(cells)).toBeCloseTo(Math.sqrt(0.1 / 3), 12); // 0.02 + 0.08 over one and two degrees of freedom
	expect([noiseOf([cell('adamw', 2, 3)]), noiseOf([cell('adamw', 2, 3, 3)]), noiseOf([])]).toEqual([NaN, NaN, NaN]);
});

test('data are counted in 20 tokens per parameter', () => {
	expect(dataOf({...cell('adamw', 1), tokens: 2010})).toBe(1.005);
});
