import {Descent} from '../../../bench/study/descent';
import {makeQuadratic} from '../../../bench/study/quadratics';

const aim = {tolerance: 0.25, limit: 200};
/** x² over two coordinates, from (1, 1): the part of the loss that is left is that square. */
const make = () => new Descent(makeQuadratic({problem: 'separable', condition: 1, size: 2, seed: 1}), 0.1);

test('it is there when it stays there for a hundred steps, and since the first of them', () => {
	const descent = make();
	const looks = Array.from({length: 111}, (_, step) => {
		descent.x.fill(step === 3 || step >= 10 ? 0.5 : 0.6); // in passing, then to stay
		return descent.look(step, aim);
	});
	expect(looks.indexOf(true)).toBe(110);
	expect(descent.outcome(true)).toEqual({rate: 0.1, steps: 10, left: 0.25});
	expect(descent.outcome(false).steps).toBeUndefined();
	expect(Array.from(descent.gradient)).toEqual([0.5, 0.5]);
});

test('it may arrive at the limit, and not later', () => {
	const [early, late] = [make(), make()];
	for (let step = 0; step <= 300; step++) {
		early.x.fill(step >= 200 ? 0.1 : 1);
		late.x.fill(step >= 201 ? 0.1 : 1);
		expect(late.look(step, aim)).toBe(false);
		expect(early.look(step, aim)).toBe(step === 300);
		expect([early.hopes(step, 200), late.hopes(step, 200)]).toEqual([true, step < 200]);
	}
	expect(early.outcome(true).steps).toBe(200);
});

test('one that diverges pulls no more', () => {
	const descent = make();
	descent.x.fill(1e7);
	expect([descent.look(1, aim), descent.diverged, descent.hopes(1, 200)]).toEqual([false, true, false]);
	descent.look(2, aim);
	expect(Array.from(descent.gradient)).toEqual([0, 0]);
	expect(descent.outcome(false)).toEqual({rate: 0.1, steps: undefined, left: Infinity});
});
