import {Device} from '../../lib/device';

const device = Device.best();

test('events are points in the order of a device’s work', () => {
	const begin = device.record();
	using tensor = device.zeros([100_000]);
	tensor.fill(3);
	const end = device.record();
	end.wait();
	expect(begin.passed && end.passed).toBe(true);
	expect(end.millisecondsSince(begin)).toBeGreaterThanOrEqual(0);
});

test('another stream waits for them', () => {
	const other = device.fork();
	using tensor = device.zeros([1000]);
	tensor.fill(3);
	using filled = device.record();
	other.wait(filled);
	using copy = other.zeros([1000]).copyFrom(tensor);
	expect(copy.toArray()[999]).toBe(3);
	other.dispose();
});

test('and are none once they were disposed of', () => {
	const event = device.record();
	event.dispose();
	const disposed = expect.objectContaining({code: 'ERR_SOPHIA_DISPOSED'}) as Error;
	expect(() => event.passed).toThrow(disposed);
	expect(() => device.wait(event)).toThrow(disposed);
	expect(() => event.millisecondsSince({} as never)).toThrow(TypeError);
});
