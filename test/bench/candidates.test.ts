import {optimizerFromJson} from 'sophia-native';
import {candidateNamed, candidateNames, candidates} from '../../bench/candidates/index';
import {clip, count, fromZero, magnitude, memory, part, scale, warmup} from '../../bench/candidates/axes';

test('the reference is the first, and names are nobody else’s', () => {
	expect(candidates[0]?.name).toBe('adamw');
	expect(new Set(candidateNames).size).toBe(candidates.length);
	expect(() => candidateNamed('adam')).toThrow('no candidate adam');
});

test.each(candidates.map((candidate) => [candidate.name, candidate] as const))(
	'%s begins as it was published, and has every setting on an axis',
	(_name, {published, axes, optimizer, extra, source}) => {
		const made = optimizerFromJson(optimizer(published));
		expect([made.learningRate, made.weightDecay]).toEqual([published.learningRate, published.weightDecay]);
		expect(source).toMatch(/arXiv \d{4}\.\d{5}|github\.com/);
		expect(extra(published)).toBeGreaterThanOrEqual(0);
		for (const {name, grid, next, previous} of axes) {
			expect(grid).toContain(published[name]);
			expect(new Set(grid).size).toBe(grid.length);
			expect([next, previous].some((step) => step(published[name] ?? NaN) !== undefined)).toBe(true);
		}
		expect(axes.slice(0, 1).map(({name}) => name)).toEqual(['learningRate']);
	},
);

test.each(candidates.map((candidate) => [candidate.name, candidate] as const))(
	'%s is another optimizer wherever a setting of its own is',
	(_name, {published, axes, optimizer}) => {
		for (const {name, next, previous} of axes.filter((axis) => !['warmup', 'clip'].includes(axis.name))) {
			const other = next(published[name] ?? NaN) ?? previous(published[name] ?? NaN) ?? NaN;
			expect([name, optimizer({...published, [name]: other})]).not.toEqual([name, optimizer(published)]);
		}
	},
);

test('what Sophia computes beside gradients is told', () => {
	const extra = (name: string) => candidateNamed(name).extra(candidateNamed(name).published);
	expect(['adamw', 'lion', 'sophia-g', 'sophia-h'].map(extra)).toEqual([0, 0, 0.1, expect.closeTo(0.2667, 4)]);
});

test('everybody of the study takes part beside Sophia-G and the baselines, and the matrix family is told apart', () => {
	const compared = candidates.filter(({baseline = false}) => !baseline);
	expect(compared.map(({name}) => name)).toEqual([
		...['adamw', 'nadamw', 'cautious-adamw', 'lion', 'mars', 'adam-mini', 'sophia-g', 'sophia-h'],
		...['muon', 'scion', 'soap', 'kron'],
	]);
	const matrix = compared.filter(({family}) => family === 'matrix').map(({name}) => name);
	expect(matrix).toEqual(['muon', 'scion', 'soap', 'kron']);
});

test.each([
	['muon', 'adamw', 1.6e-2 / 5],
	['scion', 'sign', 1.6e-2 / 5],
])('the rate beside the rate of %s goes with it', (name, side, expected) => {
	const {optimizer, published} = candidateNamed(name);
	const rateOf = (settings: typeof published) =>
		(optimizer(settings)[side] as {readonly learningRate: number}).learningRate;
	expect(rateOf(published)).toBeCloseTo(expected, 8);
	expect(rateOf({...published, learningRate: 2 * published.learningRate})).toBeCloseTo(2 * expected, 8);
	expect(rateOf({...published, ratio: 0.1})).toBeCloseTo(expected / 2, 8);
});

test.each(['mars', 'kron'])('nobody clips before %s, which bounds its gradient by itself', (name) => {
	const {axes, published} = candidateNamed(name);
	expect([published.clip, axes.some((axis) => axis.name === 'clip')]).toEqual([0, false]);
});

describe('axes', () => {
	test('go on beyond their grid by the same factor', () => {
		const rate = scale('learningRate', 'rate', [1e-3, 2e-3]);
		expect([rate.next(1e-3), rate.next(2e-3), rate.previous(1e-3), rate.next(4e-3)]).toEqual([2e-3, 4e-3, 5e-4, 8e-3]);
		const epsilon = magnitude('epsilon', 'ε', [1e-12, 1e-9]);
		expect([epsilon.next(1e-9), epsilon.previous(1e-12)]).toEqual([1e-8, 1e-13]);
	});

	test('of averages go by their distance to 1, down to no average', () => {
		const beta = memory('beta2', 'β₂', [0.9, 0.95]);
		expect([beta.next(0.95), beta.previous(0.9), beta.previous(0.4), beta.previous(0)]).toEqual([
			0.975,
			0.8,
			0,
			undefined,
		]);
	});

	test('lead back from beyond their grid, and to none from a grid that is without', () => {
		const decay = fromZero('weightDecay', 'decay', [0, 0.1, 0.2]);
		expect([decay.previous(0.8), decay.previous(0.4), warmup.previous(0.8), clip.next(0.125)]).toEqual([
			0.4, 0.2, 0.4, 0.25,
		]);
		const some = decay.over([0.1, 0.3]);
		expect([some.previous(0.1), some.previous(0), some.next(0), some.next(0.3)]).toEqual([0, undefined, 0.1, 0.6]);
		const tight = clip.over([0.5, 1]);
		expect([tight.next(1), tight.previous(0), tight.next(0), tight.previous(0.5)]).toEqual([0, 1, undefined, 0.25]);
	});

	test('of averages never reach 1, not even by rounding', () => {
		const beta = memory('beta2', 'β₂', [0.9, 0.95]);
		let last = 0;
		for (let value: number | undefined = 0.95; value !== undefined; value = beta.next(value)) {
			last = value;
		}
		expect(last).toBeGreaterThan(0.99999);
		expect(last).toBeLessThan(1);
	});

	test('say which values they have, what a law is of, and put a grid in order', () => {
		const kinds = {
			rate: scale('x', 'x', [1, 2]),
			decay: fromZero('x', 'x', [0, 1]),
			beta: memory('x', 'x', [0.8, 0.9]),
			every: count('x', 'x', [5, 10]),
			epsilon: magnitude('x', 'x', [1e-9, 1e-8]),
			warmup,
			clip,
		};
		const values = [-1, 0, 0.5, 1, 1.5, Infinity, NaN];
		const of = <T>(take: (axis: (typeof kinds)['rate']) => T) =>
			Object.fromEntries(Object.entries(kinds).map(([name, axis]) => [name, take(axis)]));
		expect(of(({holds}) => values.filter(holds))).toEqual({
			rate: [0.5, 1, 1.5],
			decay: [0, 0.5, 1, 1.5],
			beta: [0, 0.5],
			every: [1],
			epsilon: [0.5, 1, 1.5],
			warmup: [0, 0.5],
			clip: [0, 0.5, 1, 1.5],
		});
		expect(of(({fitted}) => fitted)).toEqual({
			rate: 'value',
			decay: 'value',
			beta: 'distance',
			every: 'value',
			epsilon: 'value',
			warmup: 'value',
			clip: 'mode',
		});
		expect([clip.over([0, 4, 1]).grid, warmup.over([0.4, 0]).grid]).toEqual([
			[1, 4, 0],
			[0, 0.4],
		]);
	});

	test('of parts end at the whole', () => {
		const least = part('leastProbability', 'least', [0.1, 0.2]);
		expect([least.next(0.2), least.next(0.8), least.next(1), least.previous(0.1)]).toEqual([0.4, 1, undefined, 0.05]);
		expect([-1, 0, 0.5, 1, 1.5, NaN].filter(least.holds)).toEqual([0.5, 1]);
	});

	test('end by nature at nothing, and at most of the schedule', () => {
		const decay = fromZero('weightDecay', 'decay', [0, 0.1]);
		expect([decay.previous(0), decay.next(0.1)]).toEqual([undefined, 0.2]);
		expect([warmup.next(0.4), warmup.next(0.8), warmup.previous(0)]).toEqual([0.8, undefined, undefined]);
		expect([clip.next(2), clip.next(0), clip.previous(0.25), clip.previous(0)]).toEqual([0, undefined, 0.125, 2]);
		const every = count('every', 'k', [5, 10]);
		expect([every.next(10), every.previous(5), every.previous(1)]).toEqual([20, 2, undefined]);
	});

	test('take another grid, and stay what they are', () => {
		const beta = memory('beta1', 'β₁', [0.9]).over([0.5, 0.7]);
		expect([beta.grid, beta.next(0.5), beta.next(0.7)]).toEqual([[0.5, 0.7], 0.7, 0.85]);
	});
});
