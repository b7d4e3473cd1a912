import {Device} from '../../../lib/device';
import {backward, forward} from '../../../lib/layers/layernorm';
import {distance, draw, numbers, obeys} from './laws';

function formula(x: readonly number[], gain: readonly number[], bias: readonly number[]): number[] {
	const C = gain.length;
	return x.map((_, i) => {
		const row = x.slice(i - (i % C), i - (i % C) + C);
		const mean = row.reduce((a, b) => a + b, 0) / C;
		const variance = row.reduce((a, b) => a + (b - mean) ** 2, 0) / C;
		return (((x[i] ?? NaN) - mean) / Math.sqrt(variance + 1e-5)) * (gain[i % C] ?? NaN) + (bias[i % C] ?? 0);
	});
}

obeys('LayerNorm 2×3×7', {
	shapes: {x: [2, 3, 7], gain: [7], bias: [7], dy: [2, 3, 7]},
	formula: ({x, gain, bias}) => formula(x, gain, bias),
	forward: (inputs) => forward(inputs),
	backward: (inputs, outputs, dy) => backward({...inputs, ...outputs, dy}),
});

obeys('LayerNorm 5×18 without a bias', {
	shapes: {x: [5, 18], gain: [18], dy: [5, 18]},
	formula: ({x, gain}) => formula(x, gain, []),
	forward: (inputs) => forward(inputs),
	backward: (inputs, outputs, dy) => backward({...inputs, ...outputs, dy}),
});

test('statistics have the shape of the rows, and every gradient is added to what is given', () => {
	const device = Device.cpu();
	const inputs = {x: device.from(draw(24), [2, 3, 4]), gain: device.from(draw(4)), bias: device.from(draw(4, 3))};
	const outputs = forward(inputs);
	expect([outputs.mean.shape, outputs.rstd.shape]).toEqual([
		[2, 3],
		[2, 3],
	]);
	const dy = device.from(draw(24, 5), [2, 3, 4]);
	const made = backward({...inputs, ...outputs, dy});
	const given = {
		dx: device.zeros([2, 3, 4]).fill(1),
		dgain: device.zeros([4]).fill(1),
		dbias: device.zeros([4]).fill(1),
	};
	expect(backward({...inputs, ...outputs, dy, ...given}).dx).toBe(given.dx);
	for (const name of ['dx', 'dgain', 'dbias'] as const) {
		const expected = numbers(made[name]).map((x) => x + 1);
		expect(distance(numbers(given[name]), expected)).toBeLessThan(1e-6);
	}
});
