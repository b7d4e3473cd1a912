import {Device} from '../../../lib/device';
import {backward, forward} from '../../../lib/layers/attention';
import {draw, numbers, obeys} from './laws';

interface Shape {
	readonly batch: number;
	readonly time: number;
	readonly heads: number;
	readonly channels: number;
	readonly scale: number;
}

function formula(qkv: readonly number[], {batch, time, heads, channels: C, scale}: Shape): number[] {
	const D = C / heads;
	const part = (b: number, t: number, kind: number, h: number) => {
		const begin = ((b * time + t) * 3 + kind) * C + h * D;
		return qkv.slice(begin, begin + D);
	};
	const y = new Array<number>(batch * time * C).fill(0);
	for (let b = 0; b < batch; b++) {
		for (let h = 0; h < heads; h++) {
			for (let i = 0; i < time; i++) {
				const q = part(b, i, 0, h);
				const weights = Array.from({length: i + 1}, (_, j) =>
					Math.exp(scale * part(b, j, 1, h).reduce((sum, k, d) => sum + k * (q[d] ?? NaN), 0)),
				);
				const sum = weights.reduce((a, each) => a + each, 0);
				weights.forEach((weight, j) => {
					part(b, j, 2, h).forEach((v, d) => {
						y[(b * time + i) * C + h * D + d] = (y[(b * time + i) * C + h * D + d] ?? NaN) + (weight / sum) * v;
					});
				});
			}
		}
	}
	return y;
}

obeys('Attention 2×5, two heads of 3', {
	shapes: {qkv: [2, 5, 18], dy: [2, 5, 6]},
	formula: ({qkv}) => formula(qkv, {batch: 2, time: 5, heads: 2, channels: 6, scale: 1 / Math.sqrt(3)}),
	forward: (inputs) => forward({...inputs, heads: 2}),
	backward: (inputs, outputs, dy) => backward({...inputs, heads: 2, ...outputs, dy}),
});

obeys('Attention of one sequence of 19, one head of 2, with a scale of its own', {
	shapes: {qkv: [19, 6], dy: [19, 2]},
	formula: ({qkv}) => formula(qkv, {batch: 1, time: 19, heads: 1, channels: 2, scale: 0.3}),
	forward: (inputs) => forward({...inputs, heads: 1, scale: 0.3}),
	backward: (inputs, outputs, dy) => backward({...inputs, heads: 1, scale: 0.3, ...outputs, dy}),
});

test('dropout meets the same mask in both verbs: ⟨dy, y⟩ is linear in the values', () => {
	const device = Device.cpu();
	const inputs = {qkv: device.from(draw(60), [5, 12]), heads: 2, dropout: {probability: 0.5, seed: 4, site: 9}};
	const outputs = forward(inputs);
	const dy = draw(20, 3);
	const {dqkv} = backward({...inputs, ...outputs, dy: device.from(dy, [5, 4])});
	const values = (x: readonly number[]) => x.filter((_, i) => i % 12 >= 8);
	const dot = (a: readonly number[], b: readonly number[]) => a.reduce((sum, x, i) => sum + x * (b[i] ?? NaN), 0);
	const product = dot(numbers(outputs.y), dy);
	expect(product).toBeCloseTo(dot(values(numbers(dqkv)), values(draw(60))), 4);
	expect(product).not.toBeCloseTo(dot(numbers(forward({...inputs, dropout: {probability: 0}}).y), dy), 2);
});

test.each([
	[{heads: 4}, 'Expected `qkv` to have 3 × 4 × D columns, got 18'],
	[{heads: 0}, 'Expected `heads` to be an integer of at least 1 and below 2^53, got `0`'],
	[{heads: 1.5}, 'Expected `heads` to be an integer, got `1.5`'],
	[{heads: 2, scale: NaN}, 'Expected `scale` to be a number, got `NaN` (number)'],
	[{heads: 2, scale: Infinity}, 'Expected `scale` to be finite, got `Infinity`'],
])('%j is refused', (options, message) => {
	const qkv = Device.cpu().zeros([2, 18]);
	expect(() => forward({qkv, ...options})).toThrow(
		expect.objectContaining({code: 'ERR_SOPHIA_INVALID_ARGUMENT', message}) as Error,
	);
});
