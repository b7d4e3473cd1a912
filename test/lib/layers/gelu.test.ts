import {Device} from '../../../lib/device';
import {backward, forward} from '../../../lib/layers/gelu';
import {numbers, obeys} from './laws';

/** 2/√π Σ (−1)ⁿ x²ⁿ⁺¹ / (n! (2n + 1)), which is enough digits for small x. */
function erf(x: number): number {
	let [sum, power] = [0, x];
	for (let n = 0; n < 60; n++) {
		sum += power / (2 * n + 1);
		power *= (-x * x) / (n + 1);
	}
	return (2 / Math.sqrt(Math.PI)) * sum;
}

const forms = {
	tanh: (x: number) => 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3))),
	erf: (x: number) => 0.5 * x * (1 + erf(x / Math.SQRT2)),
};

for (const form of ['tanh', 'erf'] as const) {
	obeys(`GELU, ${form}, of 3×11`, {
		shapes: {x: [3, 11], dy: [3, 11]},
		formula: ({x}) => x.map(forms[form]),
		forward: ({x}) => forward({x, form}),
		backward: ({x}, _, dy) => backward({x, form, dy}),
	});
}

test('the tanh form is the default, and dx may take the place of dy', () => {
	const device = Device.cpu();
	const x = device.from([1]);
	expect(forward({x}).y.toArray()[0]).toBeCloseTo(forms.tanh(1), 6);
	const dy = device.from([2]);
	const {dx} = backward({x, dy});
	expect(backward({x, dy, dx: dy}).dx).toBe(dy);
	expect(numbers(dy)).toEqual(numbers(dx));
});
