import {muonScales, orthogonalizing} from '../../../lib/optimizers/newtonschulz';

const numbers = {momentum: 0.95, gradient: 1, nesterov: true, iterations: 5, epsilon: 1e-7} as const;

test('scales have the numbers that native code knows', () => {
	expect(muonScales.map((scale) => orthogonalizing({...numbers, scale}).scale)).toEqual([0, 1, 2]);
});

test("the coefficients are Jordan's: singular values from 0.01 on come out near 1", () => {
	const {a = 0, b = 0, c = 0} = orthogonalizing({...numbers, scale: 'original'});
	const iterate = (x: number) => Array.from({length: 5}).reduce<number>((y) => a * y + b * y ** 3 + c * y ** 5, x);
	const found = [0.01, 0.03, 0.1, 0.3, 0.7, 1].map(iterate);
	expect(Math.min(...found)).toBeGreaterThan(0.68);
	expect(Math.max(...found)).toBeLessThan(1.14);
});
