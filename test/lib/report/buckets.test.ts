import {Buckets, type Slice} from '../../../lib/report/buckets';

/** Steps 1 to `last` whose loss is the step itself. */
function filled(last: number, limit = 8): Buckets {
	const buckets = new Buckets(limit);
	for (let step = 1; step <= last; step++) {
		buckets.add(step, [
			['step', step],
			['loss', step],
		]);
	}
	return buckets;
}

const loss = ({mean, low, high}: Slice) => ({mean: mean.loss, low: low.loss, high: high.loss});

describe('buckets', () => {
	test('of few steps are the steps', () => {
		const slice = filled(8).slice();
		expect(slice).toMatchObject({width: 1, from: 0, low: {}, high: {}});
		expect(slice.mean.loss).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
	});

	test('of more have the mean, the lowest and the highest of neighbours', () => {
		expect(loss(filled(9).slice())).toEqual({
			mean: [1.5, 3.5, 5.5, 7.5, 9],
			low: [1, 3, 5, 7, 9],
			high: [2, 4, 6, 8, 9],
		});
		expect(loss(filled(17).slice())).toEqual({
			mean: [2.5, 6.5, 10.5, 14.5, 17],
			low: [1, 5, 9, 13, 17],
			high: [4, 8, 12, 16, 17],
		});
	});

	test('are never more than their limit, and never fewer than half of it', () => {
		for (let last = 8; last < 200; last++) {
			const {length} = filled(last);
			expect(length).toBeGreaterThan(4);
			expect(length).toBeLessThanOrEqual(8);
		}
	});

	test('from one of them on are the rest', () => {
		expect(filled(17).slice(3)).toMatchObject({width: 4, from: 3, mean: {loss: [14.5, 17]}});
		expect(filled(17).slice(9).mean).toEqual({});
	});

	test('show a peak of a single step', () => {
		const buckets = new Buckets(8);
		for (let step = 1; step <= 1000; step++) {
			buckets.add(step, [['loss', step === 500 ? 99 : 1]]);
		}
		expect(Math.max(...(buckets.slice().high.loss ?? []).map(Number))).toBe(99);
	});

	test('tell what was not said from what is not finite', () => {
		const buckets = new Buckets(2);
		buckets.add(1, [['a', 1]]);
		buckets.add(2, [['a', NaN]]);
		expect(buckets.slice().mean).toEqual({a: [1, 'NaN']});
		buckets.add(3, [['b', Infinity]]);
		expect(buckets.slice()).toMatchObject({
			mean: {a: [1, null], b: [null, 'NaN']},
			low: {a: [1, null], b: [null, 'NaN']},
		});
	});

	test('hold steps that are far apart', () => {
		const buckets = new Buckets(2);
		for (const step of [1, 2, 2 ** 40, 2 ** 53 - 1]) {
			buckets.add(step, [['step', step]]);
		}
		expect(buckets.length).toBe(2);
		expect(buckets.slice().high.step).toEqual([2 ** 40, 2 ** 53 - 1]);
	});
});
