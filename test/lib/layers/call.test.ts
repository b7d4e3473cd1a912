/** What every layer refuses, what it leaves behind when it fails, and whose memory is whose. */
import {Device} from '../../../lib/device';
import {product} from '../../../lib/layers/call';
import * as crossentropy from '../../../lib/layers/crossentropy';
import * as gelu from '../../../lib/layers/gelu';
import * as layernorm from '../../../lib/layers/layernorm';
import * as linear from '../../../lib/layers/linear';

const device = Device.cpu();
const x = device.from([1, 2, 3, 4, 5, 6], [2, 3]);
const weight = device.from([1, 2, 3, 4, 5, 6], [3, 2]);
const gain = device.from([1, 1, 1]);
const code = 'ERR_SOPHIA_INVALID_ARGUMENT';

/** Runs and expects that nothing is held that was not held before. */
function expectNothingLeft(work: () => void): void {
	const {used, blocks} = device.memory();
	work();
	expect(device.memory()).toMatchObject({used, blocks});
}

test.each([
	['a tensor that is missing', {x}, 'Expected `weight` to be a Tensor, got `undefined` (undefined)'],
	['an array', {x: new Float32Array(6), weight}, 'Expected `x` to be a Tensor, got `Float32Array(6)'],
	['another shape', {x, weight: x}, 'Expected `weight` to have the shape [3, out], got [2, 3]'],
	['a size of nothing', {x: device.zeros([2, 0]), weight}, 'Expected `x` to have the shape [..., in], got [2, 0]'],
	['too few dimensions', {x: device.zeros([]), weight}, 'Expected `x` to have the shape [..., in], got []'],
	['integers', {x: device.zeros([2, 3], {dtype: 'i32'}), weight}, 'Expected `x` to hold f32 or bf16, got `i32`'],
	[
		'a mixture',
		{x, weight: device.zeros([3, 2], {dtype: 'bf16'})},
		'Expected `weight` to hold f32, as `x` does, got bf16',
	],
	['a misspelt name', {x, weight, bais: gain}, 'Unknown option `bais`, did you mean `bias`?'],
	['a wrong output', {x, weight, y: x}, 'Expected `y` to have the shape [2, 2], got [2, 3]'],
	['no output', {x, weight, y: false}, 'Expected `y` to be a Tensor, got `false` (boolean)'],
	['null', null, 'Expected `tensors` to be an object, got `null` (object)'],
])('%s is refused', (_, given, message) => {
	expectNothingLeft(() => {
		expect(() => linear.forward(given as never)).toThrow(
			expect.objectContaining({code, message: expect.stringContaining(message) as string}) as Error,
		);
	});
});

test('a tensor that was disposed of is refused, and so is one whose tangent was', () => {
	const gone = device.from([1, 2, 3]);
	const moving = gain.withTangent(gone);
	gone.dispose();
	expectNothingLeft(() => {
		for (const wrong of [gone, moving]) {
			expect(() => layernorm.forward({x, gain: wrong})).toThrow(
				expect.objectContaining({code: 'ERR_SOPHIA_DISPOSED'}) as Error,
			);
		}
	});
});

test('a tensor of another device is refused', () => {
	const foreign = device.from([1, 1, 1]);
	Object.defineProperty(foreign, 'device', {value: {name: 'cuda:0'}});
	const message = 'Expected `gain` to be on `cpu`, as `x` is, got one on `cuda:0`';
	expect(() => layernorm.forward({x, gain: foreign})).toThrow(expect.objectContaining({code, message}) as Error);
});

test('what a call made is returned when it fails', () => {
	const outputs = layernorm.forward({x, gain});
	const dgain = device.from(Int32Array.of(9));
	expectNothingLeft(() => {
		const layer = () => layernorm.backward({x, gain, ...outputs, dy: x.withTangent(x), dgain: dgain as never});
		expect(layer).toThrow('Expected `dgain` to hold f32, as `x` does, got i32');
	});
	const logits = device.zeros([1, 3]);
	expectNothingLeft(() => {
		const statistics = {peak: device.zeros([1]), lse: device.zeros([1])};
		expect(() => crossentropy.backward({logits, targets: dgain, ...statistics, dlosses: 1})).toThrow('got 9 at 0');
		Object.values(statistics).forEach((each) => each.dispose());
	});
});

test('an output has the tangent that others have', () => {
	const moving = x.withTangent(x);
	const y = device.zeros([2, 3]);
	expect(() => gelu.forward({x: moving, y})).toThrow('Expected `y` to have a tangent, as `x` has');
	const tangent = device.zeros([2, 3]);
	const found = gelu.forward({x: moving, y: y.withTangent(tangent)});
	expect(found.y.tangent).toBe(tangent);
	expect(tangent.toArray()).not.toEqual(device.zeros([2, 3]).toArray());
});

test('what forward left has a tangent where its inputs have', () => {
	const plain = layernorm.forward({x, gain});
	const moving = {x: x.withTangent(x), gain};
	expect(() => layernorm.backward({...moving, ...plain, dy: x})).toThrow(
		'Expected `mean` to have a tangent, as `x` has: `forward` of the same tensors gives it one',
	);
	const {dx} = layernorm.backward({x, gain, ...plain, dy: x.withTangent(x)}); // where only dy moves it needs none
	expect(dx.tangent?.toArray()).toEqual(dx.toArray());
});

test('a result returns what was made, tangents too, and not what was given', () => {
	expectNothingLeft(() => {
		using found = linear.forward({x: x.withTangent(x), weight});
		expect(Object.keys(found)).toEqual(['y']);
		using part = found.y.slice(0, 1);
		expect(part.tangent?.shape).toEqual([1, 2]);
	});
	const y = device.zeros([2, 2]);
	linear.forward({x, weight, y}).dispose();
	expect(y.disposed).toBe(false);
	const {dy, ...rest} = {...linear.forward({x, weight}), dy: y};
	expect([dy, Object.keys(rest)]).toEqual([y, ['y']]);
});

test('no rows are no work', () => {
	const {y} = linear.forward({x: device.zeros([0, 3]), weight});
	expect([y.shape, y.size]).toEqual([[0, 2], 0]);
	const {dweight} = linear.backward({x: device.zeros([0, 3]), weight, dy: y});
	expect([...dweight.toArray()]).toEqual([0, 0, 0, 0, 0, 0]);
	expect(product([])).toBe(1);
});
