import {incompleteBeta, studentQuantile, twoSided} from '../../../bench/study/student';

const close = (found: number, expected: number) => expect(found / expected).toBeCloseTo(1, 11);

test("quantiles of Student's t are those of SciPy 1.17", () => {
	close(studentQuantile(0.975, 1), 12.706204736174694);
	close(studentQuantile(0.975, 4), 2.7764451051977934);
	close(studentQuantile(0.995, 4), 4.604094871349992);
	close(studentQuantile(0.975, 2.5), 3.5746548420036817);
	close(studentQuantile(0.9, 30), 1.3104150253913955);
	close(studentQuantile(0.999, 7), 4.785289628638333);
	close(studentQuantile(0.6, 3), 0.2766706623326898);
	close(studentQuantile(0.975, 1000), 1.9623390808264083);
	expect(studentQuantile(0.9999999, 3)).toBeCloseTo(222.57159098625124, 4); // 1 - 0.9999999 has nine digits
	expect(studentQuantile(0.025, 4)).toBe(-studentQuantile(0.975, 4));
});

test("tails of Student's t are those of SciPy 1.17, far out and close to nothing", () => {
	close(twoSided(0.1, 3), 0.9266523488008059);
	close(twoSided(1, 1), 0.5);
	close(twoSided(-2.776, 4), 0.05002277831997642);
	close(twoSided(12.5, 4), 0.00023561604689269973);
	close(twoSided(60, 9), 5.001190471672901e-13);
	close(twoSided(1e-9, 4), 0.99999999925);
	close(twoSided(3, 0.5), 0.3673081559859434);
	close(twoSided(2, 1e4), 0.04552726066143543);
	close(twoSided(1e5, 2), 9.999999998500001e-11);
});

test('with infinite freedom it is the normal distribution', () => {
	close(twoSided(0.5, Infinity), 0.6170750774519738);
	close(twoSided(1.96, Infinity), 0.04999579029644087);
	close(twoSided(3, Infinity), 0.0026997960632601866);
	close(twoSided(20, Infinity), 5.507248237212311e-89);
	close(studentQuantile(0.975, Infinity), 1.959963984540054);
	close(studentQuantile(0.8, Infinity), 0.8416212335729143);
	expect(twoSided(2, 1e8)).toBeCloseTo(twoSided(2, Infinity), 7);
});

test('the incomplete beta function is that of SciPy 1.17, on both sides of its symmetry', () => {
	close(incompleteBeta(0.5, 2, 3), 0.6875);
	close(incompleteBeta(0.9, 0.5, 10), 0.9999999999815198);
	close(incompleteBeta(0.01, 5, 0.5), 2.4712578086395438e-11);
	close(incompleteBeta(0.999, 20, 0.5), 0.8424161860163615);
	expect([incompleteBeta(0, 2, 3), incompleteBeta(1, 2, 3)]).toEqual([0, 1]);
});

test('where nothing is known nothing is claimed', () => {
	expect([twoSided(0, 5), twoSided(NaN, 5), twoSided(3, 0), twoSided(3, NaN)]).toEqual([1, 1, 1, 1]);
	expect([twoSided(Infinity, 4), twoSided(1e200, 4), twoSided(-Infinity, Infinity)]).toEqual([0, 0, 0]);
	expect([studentQuantile(0.975, 0), studentQuantile(0.025, -1), studentQuantile(0.5, 0)]).toEqual([
		Infinity,
		-Infinity,
		0,
	]);
	expect([studentQuantile(1, 4), studentQuantile(0, 4), studentQuantile(NaN, 4), studentQuantile(2, 4)]).toEqual([
		Infinity,
		-Infinity,
		NaN,
		NaN,
	]);
});
