import {drawClasses, drawLabels, drawProbe, oneHot, sampledLosses} from '../../../lib/adapters/labels';

const draw = {seed: 1, step: 2, number: 0};
const rows = 20_000;

/** The part of the labels that each class has. */
function frequencies(labels: ArrayLike<number>, classes: number): number[] {
	const counts = Array.from({length: classes}, () => 0);
	for (const label of Array.from(labels)) {
		counts[label] = (counts[label] ?? NaN) + 1 / labels.length;
	}
	return counts;
}

const repeat = (row: readonly number[]) =>
	Float32Array.from({length: rows * row.length}, (_, i) => row[i % row.length] ?? 0);

test('classes come with their probabilities, from logits and from probabilities', () => {
	const probabilities = [0.1, 0.6, 0, 0.3];
	const near = probabilities.map((p) => expect.closeTo(p, 1) as number);
	const logits = repeat(probabilities.map((p) => Math.log(p + 1e-9) + 5));
	expect(frequencies(drawClasses(logits, 4, draw), 4)).toEqual(near);
	const sparse = drawLabels('sparseCategoricalCrossentropy', repeat(probabilities), [rows, 4], draw);
	expect(sparse).toMatchObject({shape: [rows, 1], predictions: rows});
	expect(frequencies(sparse.values, 4)).toEqual(near);
	expect(frequencies(sparse.values, 4)[2]).toBe(0);
	const hot = drawLabels('categoricalCrossentropy', repeat(probabilities), [rows, 4], draw);
	expect(hot).toMatchObject({shape: [rows, 4], predictions: rows});
	expect(hot.values).toEqual(oneHot(Int32Array.from(sparse.values), 4));
});

test('bits come with the probability that was predicted, and there are as many as predictions', () => {
	const {values, shape, predictions} = drawLabels('binaryCrossentropy', repeat([0.2, 0.9]), [rows, 2], draw);
	expect({shape, predictions}).toEqual({shape: [rows, 2], predictions: 2 * rows});
	const [even, odd] = [0, 1].map((side) => values.filter((_, i) => i % 2 === side));
	expect(frequencies(even ?? [], 2)[1]).toBeCloseTo(0.2, 1);
	expect(frequencies(odd ?? [], 2)[1]).toBeCloseTo(0.9, 1);
});

test('numbers lie around what was predicted, with the variance of the squared error', () => {
	const {values, shape, predictions} = drawLabels('meanSquaredError', repeat([7]), [rows, 1], draw);
	expect({shape, predictions}).toEqual({shape: [rows, 1], predictions: rows});
	const mean = values.reduce((sum, x) => sum + x, 0) / rows;
	expect(mean).toBeCloseTo(7, 1);
	expect(values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / rows).toBeCloseTo(0.5, 1);
});

test.each(sampledLosses)(
	'%s: the seed, the step and the output each change what is drawn, and nothing else does',
	(loss) => {
		const labels = (given: object) => [
			...drawLabels(loss, repeat([0.5, 0.5]).slice(0, 64), [32, 2], {...draw, ...given}).values,
		];
		expect(labels({})).toEqual(labels({}));
		for (const other of [{seed: 2}, {step: 3}, {number: 1}]) {
			expect(labels(other)).not.toEqual(labels({}));
		}
	},
);

test('probes are signs, or normal numbers', () => {
	expect(new Set(drawProbe(64, 'rademacher', draw))).toEqual(new Set([-1, 1]));
	expect(drawProbe(64, 'gaussian', draw)).not.toEqual(drawProbe(64, 'gaussian', {...draw, number: 1}));
});
