import {Device} from '../../../lib/device';
import {backward as geluBackward} from '../../../lib/layers/gelu';
import {backward, forward} from '../../../lib/layers/linear';
import {draw, numbers, obeys} from './laws';

const formula = (x: readonly number[], weight: readonly number[], size: number, bias: readonly number[] = []) => {
	const out = weight.length / size;
	return Array.from({length: (x.length / size) * out}, (_, at) => {
		const [r, o] = [Math.floor(at / out), at % out];
		const products = Array.from({length: size}, (_, i) => (x[r * size + i] ?? NaN) * (weight[i * out + o] ?? NaN));
		return products.reduce((a, b) => a + b, bias[o] ?? 0);
	});
};

obeys('Linear 2×3×5 to 4', {
	shapes: {x: [2, 3, 5], weight: [5, 4], bias: [4], dy: [2, 3, 4]},
	formula: ({x, weight, bias}) => formula(x, weight, 5, bias),
	forward,
	backward: (inputs, _, dy) => backward({...inputs, dy}),
});

obeys('Linear 3×17 to 1 without a bias', {
	shapes: {x: [3, 17], weight: [17, 1], dy: [3, 1]},
	formula: ({x, weight}) => formula(x, weight, 17),
	forward,
	backward: (inputs, _, dy) => backward({...inputs, dy}),
});

test('dx and dweight are left out where nobody wants them; the gradient of the weight is added to what is given, dx is written', () => {
	const device = Device.cpu();
	const inputs = {
		x: device.from(draw(6), [3, 2]),
		weight: device.from(draw(4), [2, 2]),
		dy: device.from(draw(6, 2), [3, 2]),
	};
	const made = backward(inputs);
	const bare = backward({...inputs, dx: false});
	expect(Object.keys(bare)).toEqual(['dweight']);
	expect(numbers(bare.dweight)).toEqual(numbers(made.dweight));
	const frozen = backward({...inputs, dweight: false});
	expect(Object.keys(frozen)).toEqual(['dx']);
	expect(numbers(frozen.dx)).toEqual(numbers(made.dx));
	const given = {dx: device.zeros([3, 2]).fill(9), dweight: device.zeros([2, 2]).copyFrom(made.dweight)};
	backward({...inputs, ...given});
	expect(numbers(given.dx)).toEqual(numbers(made.dx));
	expect(numbers(given.dweight)).toEqual(numbers(made.dweight).map((x) => 2 * x));
});

test('what is written is no tensor that is read, and no gradient of what is not there', () => {
	const device = Device.cpu();
	const square = () => device.from([1, 2, 3, 4], [2, 2]);
	const [x, weight, dy] = [square(), square(), square()];
	expect(() => forward({x, weight, y: x})).toThrow(/`y` to have memory of its own, got that of `x`/);
	expect(() => forward({x, weight, y: weight.view([2, 2])})).toThrow(/that of `weight`/);
	expect(() => backward({x, weight, dy, dbias: device.zeros([2])})).toThrow(/no `dbias` without/);
	expect(geluBackward({x, dy, dx: dy}).dx).toBe(dy);
});
