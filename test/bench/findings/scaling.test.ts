import {candidateNamed} from '../../../bench/candidates/index';
import type {Candidate} from '../../../bench/candidates/candidate';
import {scalingSection} from '../../../bench/findings/scaling';
import type {Entry} from '../../../bench/study/entries';
import {constantly, plant} from '../study/planted';

const entry = (title: string, family: Candidate['family'] = 'scalar'): Entry => ({
	name: title,
	title,
	tuned: true,
	candidate: {...candidateNamed('adamw'), family},
});
const entries = [entry('adamw'), entry('muon', 'matrix'), entry('lion')];

/** Muon's gain shrinks as models grow, Lion's stays. */
const cells = (sizes: readonly number[]) =>
	sizes.flatMap((parameters, i) =>
		plant(i, {
			parameters,
			sigma: 0.001,
			efficiencies: {
				adamw: constantly(1),
				muon: constantly(1.5 * (parameters / 5e4) ** -0.2),
				lion: constantly(1.1),
			},
		}),
	);
const four = cells([5e4, 1e5, 2e5, 4e5]);
const tables = (section: ReturnType<typeof scalingSection>, caption: string) =>
	section.tables.filter((table) => table.caption.includes(caption));

test('trends over sizes are told with intervals, by family, and drawn', () => {
	const section = scalingSection({cells: four, entries});
	const [trend] = tables(section, 'goes with size');
	expect(trend?.columns.map(({title}) => title)).toEqual(['optimizer', 'family', 'b', '95 %', 'sizes']);
	expect(trend?.rows.map(([title, family, , , sizes]) => [title, family, sizes])).toEqual([
		['lion', 'scalar', '4'],
		['muon', 'matrix', '4'],
	]);
	const [[, , lion, bounds = ''] = [], [, , muon] = []] = trend?.rows ?? [];
	expect(Number(muon)).toBeCloseTo(-0.2, 1);
	expect(Number(lion)).toBeCloseTo(0, 1);
	const [low = NaN, high = NaN] = bounds.split(' to ').map(Number);
	expect(low < 0 && high > 0).toBe(true);
	expect(tables(section, 'Factors of data')[0]?.rows.map(([title]) => title)).toEqual([
		...Array<string>(4).fill('lion'),
		...Array<string>(4).fill('muon'),
	]);
	const [chart] = section.charts;
	expect(chart).toMatchObject({x: {log: 2}, levels: [{at: 1}]});
	expect(chart?.series.map(({name, points}) => [name, points.map(({x}) => x)])).toEqual([
		['lion', [5e4, 1e5, 2e5, 4e5]],
		['muon', [5e4, 1e5, 2e5, 4e5]],
	]);
	expect(chart?.series[1]?.points.every(({y, low: l = NaN, high: h = NaN}) => l < y && y < h)).toBe(true);
});

test('families are held against each other where both are there', () => {
	const said = (of: readonly Entry[]) => scalingSection({cells: four, entries: of}).paragraphs.join('\n');
	expect(said(entries)).toMatch(
		/^Optimizers that move single elements have factors of 1\.\d+ to 1\.1\d+, those that move whole matrices of [01]\.\d+ to 1\.\d+\.$/m,
	);
	expect(said([entry('adamw'), entry('lion'), entry('muon')])).not.toContain('matrices');
});

test('beyond four times the sizes nothing is said, unless it is asked for, and then how far that is', () => {
	const silent = scalingSection({cells: four, entries});
	expect(silent.paragraphs.at(-1)).toMatch(
		/ Nothing is said of 12x768: 84,934,656 parameters are 212\.3 times beyond what was measured, more than 4\. `--extrapolate 12x768` says it all the same\.$/,
	);
	const told = scalingSection({cells: four, entries}, {layers: 12, width: 768, heads: 48});
	expect(told.paragraphs.at(-1)).not.toContain('Nothing is said');
	const [trend] = tables(told, 'goes with size');
	expect(trend?.columns.map(({title}) => title).slice(5)).toEqual(['ρ at 12x768', '95 %', 'beyond what was measured']);
	expect(trend?.rows.map((row) => row.at(-1))).toEqual(['× 212.3', '× 212.3']);
	expect(Number(trend?.rows[1]?.[5])).toBeCloseTo(1.5 * (84_934_656 / 5e4) ** -0.2, 0);
	const near = scalingSection({cells: four, entries}, {layers: 2, width: 64, heads: 4});
	expect(tables(near, 'goes with size')[0]?.rows[0]?.at(-1)).toBe('× 1.0');
});

test('one size has no trend, and that is one sentence', () => {
	const section = scalingSection({cells: cells([5e4]), entries}, {layers: 2, width: 64, heads: 4});
	expect(section.paragraphs.at(-1)).toBe('How a factor goes with size takes fits of two sizes.');
	expect([section.tables.length, section.charts]).toEqual([1, []]);
});

test('a size without a fit is told, and what nothing bounds has no numbers', () => {
	const short = plant(1, {efficiencies: {adamw: constantly(1), lion: constantly(1.1)}, ratios: [1, 2]});
	const single = [5e4, 1e5].flatMap((parameters) =>
		plant(1, {parameters, seeds: 1, sigma: 0, efficiencies: {adamw: constantly(1), lion: constantly(1.1)}}),
	);
	const section = scalingSection({cells: [...short, ...single], entries: [entry('adamw'), entry('lion')]});
	expect(section.paragraphs).toContainEqual(expect.stringMatching(/^55,296 parameters: no fit, /));
	expect(tables(section, 'Factors of data')[0]?.rows.map((row) => row[4])).toEqual(['unbounded', 'unbounded']);
	expect(tables(section, 'goes with size')[0]?.rows[0]?.[3]).toBe('unbounded');
	expect(section.charts[0]?.series[0]?.points[0]).not.toHaveProperty('low');
});
