import {Device} from '../../../lib/device';
import {Placed} from '../../../lib/optimizers/placed';

const wanted = {device: Device.cpu(), names: ['a', 'b'], sizes: [1, 2]};

test('native code is told where tensors lie when that is not where they lay', () => {
	const tell = jest.fn();
	const placed = new Placed('gradients', wanted, tell);
	const [a, b] = [new Float32Array(1), new Float32Array(2)];
	placed.place([a, b]);
	placed.place([a, b]);
	placed.place(placed.inOrder({b, a}));
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

test('what is given is read once, before it is looked at', () => {
	const placed = new Placed('gradients', wanted, () => undefined);
	const b = new Float32Array(2);
	let reads = 0;
	const given = {
		b,
		get a() {
			reads++;
			return new Float32Array(1);
		},
	};
	placed.place(placed.inOrder(given));
	expect({reads, last: placed.last[1]}).toEqual({reads: 1, last: b});
	expect(() => placed.inOrder({b})).toThrow('Expected `gradients.a` to be a Float32Array, got `undefined`');
});
