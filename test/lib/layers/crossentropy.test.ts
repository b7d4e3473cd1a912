import {Device} from '../../../lib/device';
import {backward, forward} from '../../../lib/layers/crossentropy';
import {draw, numbers, obeys} from './laws';

const device = Device.cpu();
const labels = [2, -1, 0, 4, 1, 4];
const targets = device.from(Int32Array.from(labels), [2, 3]);

obeys('CrossEntropy of 2×3 rows of 5, one of which does not count', {
	shapes: {logits: [2, 3, 5], dy: [2, 3]},
	formula: ({logits}) =>
		labels.map((target, r) => {
			const row = logits.slice(5 * r, 5 * r + 5);
			const lse = Math.log(row.reduce((sum, z) => sum + Math.exp(z), 0));
			return target < 0 ? 0 : lse - (row[target] ?? NaN);
		}),
	forward: (inputs) => forward({...inputs, targets}),
	backward: (inputs, outputs, dlosses) => backward({...inputs, targets, ...outputs, dlosses}),
});

test('one number is the weight of every row, and the gradient may take the place of the logits', () => {
	const logits = device.from(draw(30), [2, 3, 5]);
	const outputs = forward({logits, targets});
	const weights = device.zeros([2, 3]).fill(0.25);
	const {dlogits} = backward({logits, targets, ...outputs, dlosses: weights});
	const before = device.memory().blocks;
	backward({logits, targets, ...outputs, dlosses: 0.25, dlogits: logits});
	expect(device.memory().blocks).toBe(before);
	expect(numbers(logits)).toEqual(numbers(dlogits));
});

test.each([
	[[5], 'Expected `targets` to lie in [-1, 5), got 5 at 0'],
	[[-2], 'Expected `targets` to lie in [-1, 5), got -2 at 0'],
])('targets %j are refused by both verbs', (wrong, message) => {
	const inputs = {logits: device.zeros([1, 5]), targets: device.from(Int32Array.from(wrong))};
	const outputs = {peak: device.zeros([1]), lse: device.zeros([1])};
	expect(() => forward(inputs)).toThrow(message);
	expect(() => backward({...inputs, ...outputs, dlosses: 1})).toThrow(message);
});

test.each([NaN, Infinity])('a weight of %d is refused', (dlosses) => {
	const inputs = {logits: device.zeros([1, 5]), targets: device.from(Int32Array.of(1))};
	expect(() => backward({...inputs, ...forward(inputs), dlosses})).toThrow('Expected `dlosses` to be');
});
