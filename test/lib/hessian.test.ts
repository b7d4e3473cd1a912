import {Device} from '../../lib/device';
import {averageAll, deviceOf, namedNumbers, numbersLike, withNumbers} from '../../lib/hessian';

const device = Device.cpu();

test('numbers are of one tensor, or of several by name or in an order', () => {
	const [a, b] = [new Float32Array(2), device.zeros([3])];
	expect([...namedNumbers('h', a)]).toEqual([['', a]]);
	expect([...namedNumbers('h', {b, a}).keys()]).toEqual(['b', 'a']);
	expect([...namedNumbers('h', [a, b]).keys()]).toEqual(['0', '1']);
	expect(() => namedNumbers('h', 3 as never)).toThrow('`h`');
	expect(() => namedNumbers('h', {a: [1] as never})).toThrow('`h.a`');
	expect(() => numbersLike('g', [a, a], namedNumbers('h', [a, b]))).toThrow('`g.1` to have 3 numbers, got 2');
	expect(() => numbersLike('g', a, namedNumbers('h', [a, b]))).toThrow('`g` to be `0`, `1`, got one without a name');
});

test('numbers are worked on where they lie, and copied from elsewhere for the time of a call', () => {
	const array = Float32Array.of(1, 2);
	const tensor = device.from(array);
	expect([deviceOf(array), deviceOf(tensor)]).toEqual([device, device]);
	const placed = withNumbers(device, [array, tensor, undefined], (list) => list);
	expect(placed).toEqual([expect.objectContaining({count: 2, dtype: 'F32'}), tensor.native(), undefined]);
	expect(placed[0].memory).not.toBe(placed[1].memory);
	const {blocks} = device.memory();
	expect(() =>
		withNumbers(device, [tensor], () => {
			throw new SyntaxError();
		}),
	).toThrow(SyntaxError);
	expect(device.memory().blocks).toBe(blocks);
});

test('all tensors take their estimates, or none does', () => {
	const [a, b] = [Float32Array.of(1), Float32Array.of(1)];
	const averaging = {beta2: 0.5, scale: 2, squared: false};
	const parts = [
		{hessian: a, estimate: Float32Array.of(3)},
		{hessian: b, estimate: Float32Array.of(-Infinity)},
	];
	expect(averageAll(parts, averaging)).toEqual({skipped: true, negativeRate: 0, l1: 0, l2: 0});
	expect([a[0], b[0]]).toEqual([1, 1]);
	expect(averageAll(parts.slice(0, 1), averaging)).toEqual({skipped: false, negativeRate: 0, l1: 3.5, l2: 3.5});
	expect(averageAll([], averaging)).toEqual({skipped: false, negativeRate: 0, l1: 0, l2: 0});
});
