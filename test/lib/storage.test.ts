import {Device} from '../../lib/device';
import {Storage} from '../../lib/storage';

test('memory is returned by its last user', () => {
	const device = Device.cpu();
	const {used} = device.memory();
	const storage = Storage.take(device, 64);
	storage.use();
	storage.use();
	const {buffer} = storage;
	storage.release();
	expect(device.memory().used).toBe(used + 64);
	expect(buffer.byteLength).toBe(64);
	storage.release();
	expect(device.memory().used).toBe(used);
	expect(buffer.byteLength).toBe(0);
});

test('an array whose memory was transferred away keeps it', () => {
	const device = Device.cpu();
	const storage = Storage.take(device, 8);
	storage.use();
	const numbers = new Float32Array(storage.buffer as ArrayBuffer).fill(3);
	const moved = structuredClone(numbers, {transfer: [numbers.buffer]});
	storage.release();
	device.zeros([2]).fill(5);
	expect([...moved]).toEqual([3, 3]);
});

test('only memory that nobody can take away is safe for another thread', () => {
	const device = Device.cpu();
	expect(Storage.take(device, 4).safe).toBe(true);
	expect(Storage.over(device, new Float32Array(new SharedArrayBuffer(8))).safe).toBe(true);
	expect(Storage.over(device, new Float32Array(2)).safe).toBe(false);
});

test('where there is no memory, how to return some is said', () => {
	expect(() => Storage.take(Device.cpu(), 2 ** 50)).toThrow(
		expect.objectContaining({
			code: 'ERR_SOPHIA_OUT_OF_MEMORY',
			message: expect.stringMatching(/hold \d+ of \d+\. Return those .* with dispose\(\), or/) as string,
		}) as Error,
	);
});
