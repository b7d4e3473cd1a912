import {Device} from '../../lib/device';
import {Tensor} from '../../lib/tensor';

const invalid = (words: string) =>
	expect.objectContaining({code: 'ERR_SOPHIA_INVALID_ARGUMENT', message: expect.stringContaining(words)}) as Error;
const coded = (code: string) => expect.objectContaining({code}) as Error;

describe('a device', () => {
	test('is one object for the program, or a new one with options', () => {
		expect(Device.cpu()).toBe(Device.cpu());
		using own = Device.cpu({threads: 1, isa: 'baseline'});
		expect(own).not.toBe(Device.cpu());
		Device.cpu().dispose(); // it is everybody's
		expect(Device.cpu().zeros([1]).size).toBe(1);
		expect(own.properties()).toMatchObject({
			name: 'cpu',
			isa: 'baseline',
			threads: 1,
			description: 'baseline, 1 thread',
		});
	});

	test('says which one it is, and what its tensors hold', () => {
		const device = Device.best();
		expect(device.name).toMatch(/^cpu$|^cuda:\d+$/);
		const before = device.memory();
		using tensor = device.zeros([1000]);
		expect(tensor.byteLength).toBe(4000);
		expect(device.memory().used - before.used).toBe(4000);
		expect(device.memory().blocks - before.blocks).toBe(1);
		expect(device.memory().peak).toBeGreaterThanOrEqual(device.memory().used);
		device.synchronize();
	});

	test('returns the memory when a tensor is disposed of, and once only', () => {
		const device = Device.best();
		const {used} = device.memory();
		const tensor = device.zeros([1000]);
		tensor.dispose();
		tensor.dispose();
		expect(device.memory().used).toBe(used);
	});

	test('says what is wrong', () => {
		expect(() => Device.cpu({threads: 0})).toThrow(invalid('threads'));
		expect(() => Device.cpu({thread: 1} as never)).toThrow(invalid('did you mean `threads`'));
		expect(() => Device.cpu({isa: 'sse9'})).toThrow(coded('ERR_SOPHIA_DEVICE'));
		expect(() => Device.cuda(-1)).toThrow(invalid('gpu'));
		expect(() => Device.cuda(998)).toThrow();
		expect(() => Device.best().zeros([-1])).toThrow(invalid('shape'));
		expect(() => Device.best().zeros([2, 0.5])).toThrow(invalid('shape'));
		expect(() => Device.best().zeros(['2'] as never)).toThrow(invalid('shape'));
		expect(() => Device.best().zeros([2], {dtype: 'f16'} as never)).toThrow(invalid('dtype'));
		expect(() => Device.best().zeros([2 ** 31 - 1, 2 ** 31 - 1])).toThrow(invalid('size'));
		expect(() => Device.cpu().zeros([2 ** 31 - 1, 2 ** 20])).toThrow(coded('ERR_SOPHIA_OUT_OF_MEMORY'));
		expect(() => Device.best().from([1, 2], [3])).toThrow(invalid('3'));
		expect(() => Device.best().wrapPointer(0n, [3])).toThrow(invalid('address'));
		expect(() => Device.cpu().wrap(new Float64Array(3) as never)).toThrow(invalid('Float32Array'));
	});

	test('takes nothing where it refuses', () => {
		const device = Device.best();
		const {used} = device.memory();
		expect(() => device.from([1, 2, 3], [4])).toThrow(invalid('4'));
		expect(device.memory().used).toBe(used);
	});

	test('is not used once it was disposed of; its tensors still are', () => {
		const device = Device.cpu({threads: 1});
		const tensor = device.from([1, 2]);
		device.dispose();
		expect(() => device.zeros([1])).toThrow(coded('ERR_SOPHIA_DISPOSED'));
		expect(() => tensor.toArray()).toThrow(coded('ERR_SOPHIA_DISPOSED'));
		tensor.dispose();
		expect(Device.cpu().zeros([1])).toBeInstanceOf(Tensor);
	});

	test('works on memory that somebody else owns', () => {
		const device = Device.best();
		using owner = device.from([1, 2, 3, 4]);
		using guest = device.wrapPointer(owner.address + 8n, [2]);
		guest.fill(7);
		expect(owner.toArray()).toEqual(Float32Array.of(1, 2, 7, 7));
	});
});

describe('an array of the caller', () => {
	test('is used in place, also in the middle of its buffer and in shared memory', () => {
		for (const buffer of [new ArrayBuffer(40), new SharedArrayBuffer(40)]) {
			const array = new Float32Array(buffer, 4, 6);
			using tensor = Device.cpu().wrap(array, [2, 3]);
			tensor.slice(1).fill(5);
			array[0] = 1;
			expect([...tensor.toArray()]).toEqual([1, 0, 0, 5, 5, 5]);
			expect(tensor.data.buffer).toBe(buffer);
		}
	});

	test('that was transferred away is not touched', () => {
		const array = new Float32Array([1, 2, 3]);
		using tensor = Device.cpu().wrap(array);
		structuredClone(array.buffer, {transfer: [array.buffer]});
		for (const use of [() => tensor.toArray(), () => tensor.fill(1), () => tensor.data, () => tensor.view([3, 1])]) {
			expect(use).toThrow(coded('ERR_SOPHIA_DISPOSED'));
		}
	});
});
