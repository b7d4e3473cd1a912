import {fitApart, fitShared, type Point} from '../../../bench/study/powerlaw';

const ratios = [1, 2, 4, 8];
const points = (losses: readonly number[], data: readonly number[] = ratios, weight = 1): Point[] =>
	losses.map((loss, i) => ({data: data[i] ?? NaN, loss, weight}));
const planted = (alpha: number, exponent: number, beta = 3) => points(ratios.map((d) => beta + alpha * d ** -exponent));

// AdamW of arXiv 2509.02046, and what curve_fit of SciPy 1.17 makes of it: the published .418/.494/3.111 and so on.
const published = {
	'130 M': {losses: [3.529, 3.408, 3.322, 3.261], alpha: 0.417581, exponent: 0.493766, beta: 3.111425},
	'300 M': {losses: [3.263, 3.166, 3.094, 3.042], alpha: 0.365912, exponent: 0.446084, beta: 2.897156},
	'520 M': {losses: [3.11, 3.023, 2.958, 2.913], alpha: 0.31871, exponent: 0.464833, beta: 2.791455},
	'1.2 B': {losses: [2.905, 2.836, 2.787, 2.752], alpha: 0.239255, exponent: 0.490465, beta: 2.665735},
};

test.each(Object.entries(published))('the fit of AdamW at %s is that of SciPy', (_size, expected) => {
	const law = fitShared([points(expected.losses)]);
	expect(law?.alphas[0]).toBeCloseTo(expected.alpha, 4);
	expect(law?.exponents[0]).toBeCloseTo(expected.exponent, 4);
	expect(law?.beta).toBeCloseTo(expected.beta, 4);
	expect(law?.bounded).toBe(false);
	expect(fitApart([points(expected.losses)])?.squares).toBeCloseTo(law?.squares ?? NaN, 9); // one curve is both
});

test('weights count: a point without any is not fitted', () => {
	const exact = planted(0.4, 0.5);
	const wrong: Point = {data: 16, loss: 9, weight: 1e-12};
	const law = fitShared([[...exact, wrong]]);
	expect(law?.exponents[0]).toBeCloseTo(0.5, 4);
	expect(law?.squares).toBeLessThan(1e-9);
});

test('three amounts of data are met exactly, in any unit', () => {
	const law = fitShared([
		planted(0.4, 0.7)
			.slice(1)
			.map((point) => ({...point, data: 1e6 * point.data})),
	]);
	expect(law?.beta).toBeCloseTo(3, 4);
	expect(law?.exponents[0]).toBeCloseTo(0.7, 4);
	expect(law?.squares).toBeLessThan(1e-12);
});

test('curves share β and B, and have an α each', () => {
	const law = fitShared([planted(0.4, 0.5), planted(0.3, 0.5).slice(0, 1), planted(0.2, 0.5)]);
	expect(law?.alphas.map((alpha) => alpha.toFixed(4))).toEqual(['0.4000', '0.3000', '0.2000']);
	expect(new Set(law?.exponents).size).toBe(1);
});

test('apart, each curve has its B', () => {
	const law = fitApart([planted(0.4, 0.5), planted(0.3, 0.6), planted(0.35, 0.4)]);
	expect(law?.beta).toBeCloseTo(3, 3);
	[0.5, 0.6, 0.4].forEach((exponent, i) => expect(law?.exponents[i]).toBeCloseTo(exponent, 2));
	[0.4, 0.3, 0.35].forEach((alpha, i) => expect(law?.alphas[i]).toBeCloseTo(alpha, 2));
	expect(law?.squares).toBeLessThan(1e-9);
});

test('a B that the data do not determine is told', () => {
	expect(fitShared([points([3.5, 3.4, 3.3, 3.2])])).toMatchObject({bounded: true}); // straight in ln D
	expect(fitShared([points([3.5, 3.2, 3.2, 3.2])])).toMatchObject({bounded: true});
});

test('what has no fit has none', () => {
	expect(fitShared([points([3.2, 3.3, 3.4, 3.5])])).toBeUndefined(); // it rises
	expect(fitShared([points([3, 3, 3, 3])])).toBeUndefined();
	expect(fitShared([points([3.5, 3.4])])).toBeUndefined(); // two do not tell B from β
	expect(fitShared([planted(0.4, 0.5), points([3.2, 3.3, 3.4, 3.5])])).toBeUndefined(); // one of them rises
	expect([fitShared([]), fitShared([[]]), fitApart([]), fitApart([[]])]).toEqual(Array(4).fill(undefined));
	expect(fitApart([planted(0.4, 0.5), planted(0.3, 0.5).slice(0, 1)])).toBeUndefined();
	expect(fitApart([points([3, 3, 3, 3])])).toBeUndefined();
	expect(fitShared([points([3.5, NaN, 3.3, 3.2])])).toBeUndefined();
});
