import {Device} from '../../lib/device';
import {dtypeOf, type Tensor} from '../../lib/tensor';

const device = Device.best();
const invalid = (words: string) =>
	expect.objectContaining({code: 'ERR_SOPHIA_INVALID_ARGUMENT', message: expect.stringContaining(words)}) as Error;
const disposed = expect.objectContaining({code: 'ERR_SOPHIA_DISPOSED'}) as Error;

describe('a tensor', () => {
	test('holds the numbers it was made of, in every dtype', () => {
		expect(device.zeros([2, 2]).toArray()).toEqual(new Float32Array(4));
		expect(device.from([1.5, -2]).toArray()).toEqual(Float32Array.of(1.5, -2));
		expect(device.from(Int32Array.of(-7, 2 ** 30)).toArray()).toEqual(Int32Array.of(-7, 2 ** 30));
		expect(device.from(Uint16Array.of(0, 65535)).toArray()).toEqual(Uint16Array.of(0, 65535));
		expect(device.from([3, 4], [2], {dtype: 'i32'}).toArray()).toEqual(Int32Array.of(3, 4));
		expect(device.from([], [0, 5]).toArray()).toEqual(new Float32Array(0));
		expect(device.from([9], []).shape).toEqual([]);
	});

	test('rounds floats to the nearest bfloat16, to even where two are', () => {
		const numbers = [1, 1 + 2 ** -8, 1 + 3 * 2 ** -8, -1e-40, 3.4e38, Infinity, -Infinity, NaN, 0];
		const tensor = device.from(numbers, undefined, {dtype: 'bf16'});
		const want = [1, 1, 1 + 2 ** -6, -(2 ** -133), Infinity, Infinity, -Infinity, NaN, 0];
		const got = [...tensor.toArray()];
		expect(got.map((x, i) => Object.is(x, want[i]))).toEqual(got.map(() => true));
		expect(tensor.copyTo(new Uint16Array(9))[0]).toBe(0x3f80);
		expect(tensor.copyTo(new Float32Array(9))[2]).toBe(1 + 2 ** -6);
		expect(device.from(Uint16Array.of(0x4000), [1], {dtype: 'bf16'}).toArray()).toEqual(Float32Array.of(2));
	});

	test('is copied from and to arrays and tensors', () => {
		using tensor = device.from([1, 2, 3, 4], [2, 2]);
		using other = device.zeros([4]);
		expect(other.copyFrom(tensor).toArray()).toEqual(Float32Array.of(1, 2, 3, 4));
		expect(tensor.copyTo(device.zeros([4])).toArray()).toEqual(Float32Array.of(1, 2, 3, 4));
		const array = new Float32Array(4);
		expect(tensor.copyTo(array)).toBe(array);
		expect(array).toEqual(Float32Array.of(1, 2, 3, 4));
		expect(tensor.copyFrom([4, 3, 2, 1]).fill(8).toArray()).toEqual(Float32Array.of(8, 8, 8, 8));
		using here = tensor.to(Device.cpu());
		expect(here.toArray()).toEqual(tensor.toArray());
		expect(tensor.to(device)).toBe(tensor);
	});

	test('has views that share its memory', () => {
		const tensor = device.from([0, 1, 2, 3, 4, 5], [3, 2]);
		const rows = tensor.slice(1, 3);
		const flat = rows.view([4]);
		flat.fill(9);
		expect([...tensor.toArray()]).toEqual([0, 1, 9, 9, 9, 9]);
		expect(rows.shape).toEqual([2, 2]);
		using none = tensor.slice(3);
		expect(none.size).toBe(0);
		none.dispose();
		tensor.dispose();
		rows.dispose();
		expect([...flat.toArray()]).toEqual([9, 9, 9, 9]);
		const {used} = device.memory();
		flat.dispose();
		expect(device.memory().used).toBe(used - 24);
	});

	test('carries a direction, and so do its views', () => {
		const tangent = device.from([1, 2, 3, 4], [2, 2]);
		const tensor = device.zeros([2, 2]).withTangent(tangent);
		expect(tensor.tangent).toBe(tangent);
		expect([...(tensor.slice(1).tangent?.toArray() ?? [])]).toEqual([3, 4]);
		expect(tensor.view([4]).tangent?.shape).toEqual([4]);
		expect(() => device.zeros([3]).withTangent(tangent)).toThrow(invalid('f32 [3]'));
	});

	test('refuses what does not fit', () => {
		const tensor = device.from([1, 2, 3, 4], [2, 2]);
		expect(() => tensor.copyFrom([1])).toThrow(invalid('4 numbers'));
		expect(() => tensor.copyFrom(device.zeros([4], {dtype: 'i32'}) as never)).toThrow(invalid('i32'));
		expect(() => tensor.copyFrom('1234' as never)).toThrow(invalid('source'));
		expect(() => tensor.copyTo(new Float32Array(3))).toThrow(invalid('4 elements'));
		expect(() => tensor.copyTo(new Int32Array(4))).toThrow(invalid('f32'));
		expect(() => tensor.copyTo({} as never)).toThrow(invalid('f32'));
		expect(() => tensor.view([3])).toThrow(invalid('4 elements'));
		expect(() => tensor.slice(1, 3)).toThrow(invalid('end'));
		expect(() => tensor.slice(2, 1)).toThrow(invalid('end'));
		expect(() => device.zeros([]).slice(0, 1)).toThrow(invalid('one dimension or more'));
	});

	test('answers nothing once it was disposed of', () => {
		const tensor = device.zeros([2]);
		tensor.dispose();
		expect(tensor.disposed).toBe(true);
		const uses: ((tensor: Tensor) => unknown)[] = [
			(t) => t.toArray(),
			(t) => t.fill(1),
			(t) => t.copyFrom([1, 2]),
			(t) => t.copyTo(new Float32Array(2)),
			(t) => device.zeros([2]).copyFrom(t),
			(t) => t.view([2]),
			(t) => t.slice(0),
			(t) => t.to(device),
			(t) => t.address,
			(t) => t.data,
			(t) => t.withTangent(device.zeros([2])),
		];
		uses.forEach((use) => expect(() => use(tensor)).toThrow(disposed));
	});
});

describe('the memory of a tensor on the CPU, as an array', () => {
	test('is the tensor itself, until it is returned', () => {
		const tensor = Device.cpu().from([1, 2, 3, 4]);
		const {data} = tensor;
		data[0] = 7;
		expect(tensor.toArray()[0]).toBe(7);
		expect(tensor.slice(2).data.buffer).toBe(data.buffer);
		expect([...tensor.slice(2).data]).toEqual([3, 4]);
	});

	test('has the length 0 when the memory was returned', () => {
		const tensor = Device.cpu().from([1, 2, 3, 4]);
		const {data} = tensor;
		tensor.dispose();
		expect(data.length).toBe(0);
	});

	test('is only there on the CPU', () => {
		const tensor = device.zeros([1]);
		if (device.isCpu) expect(tensor.data).toHaveLength(1);
		else expect(() => tensor.data).toThrow(invalid('toArray'));
	});
});

test('the dtype of arrays', () => {
	expect([new Float32Array(0), new Int32Array(0), new Uint16Array(0), [1], 'f', null].map(dtypeOf)).toEqual([
		...['f32', 'i32', 'u16'],
		...[undefined, undefined, undefined],
	]);
});
