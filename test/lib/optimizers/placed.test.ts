import {Device} from '../../../lib/device';
import {isList, Placed} from '../../../lib/optimizers/placed';

const wanted = {device: Device.cpu(), names: ['a', 'b'], sizes: [1, 2]};

test('native code is told where tensors lie when that is not where they lay', () => {
	const tell = jest.fn();
	const placed = new Placed('gradients', wanted, tell);
	const [a, b] = [new Float32Array(1), new Float32Array(2)];
	placed.place([a, b]);
	placed.place([a, b]);
	placed.place({b, a});
	placed.place();
	expect(tell).toHaveBeenCalledTimes(1);
	placed.place([a, new Float32Array(2)]);
	expect(tell).toHaveBeenCalledTimes(2);
});

test('an array that was transferred away is not where it lay', () => {
	const placed = new Placed('gradients', wanted, () => undefined);
	const [a, b] = [new Float32Array(1), new Float32Array(2)];
	placed.place([a, b]);
	structuredClone(a.buffer, {transfer: [a.buffer]});
	expect(() => placed.place([a, b])).toThrow(/`gradients.a` to have 1 numbers, got 0/);
});

test('names in an order are a list', () => {
	expect([isList([]), isList({})]).toEqual([true, false]);
});
