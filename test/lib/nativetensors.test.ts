import {native} from '../../lib/native';
import type {NativeTensors} from '../../lib/nativetensors';

const methods = (type: {prototype: object}) =>
	Object.getOwnPropertyNames(type.prototype)
		.filter((name) => name !== 'constructor')
		.sort();

test('the classes of tensors have these methods and no others', () => {
	const {Device, Memory, Event} = native() as unknown as Record<keyof NativeTensors, {prototype: object}>;
	expect(methods(Device)).toEqual(
		[
			...['copy', 'dispose', 'download', 'drawProbe', 'facts', 'fill', 'run', 'sampleLabels', 'synchronize'],
			...['updateHessian', 'upload', 'use'],
		].sort(),
	);
	expect(methods(Memory)).toEqual(['address', 'buffer', 'dispose']);
	expect(methods(Event)).toEqual(['dispose', 'millisecondsSince', 'passed', 'wait', 'waitOn']);
});

describe('native code, asked directly', () => {
	const {Device, Memory} = native();
	const device = new Device({device: 'cpu', isa: '', threads: 1, gpu: 0, stream: 0n});
	const memory = new Memory(device, 16);
	const tensor = {memory, offset: 0, count: 4, dtype: 'F32'} as const;
	const refused = expect.objectContaining({code: 'ERR_SOPHIA_INVALID_ARGUMENT'}) as Error;

	test('reaches nothing beyond memory', () => {
		const wrong = [
			{...tensor, count: 5},
			{...tensor, offset: 4},
			{...tensor, offset: -4},
			{...tensor, offset: 2, count: 3},
			{...tensor, count: 2 ** 53 - 1},
			{...tensor, count: -1},
		];
		for (const each of wrong) {
			const array = new Float32Array(Math.max(0, Math.min(each.count, 8)));
			expect(() => device.download(each, array)).toThrow(refused);
		}
		expect(() => device.download(tensor, new Float32Array(5))).toThrow(refused);
		expect(() => device.upload(tensor, new Float32Array(3))).toThrow(refused);
	});

	test('takes no object for another', () => {
		const nonsense = [undefined, null, 1, 'x', {}, [], device, new Proxy(memory, {})] as never[];
		for (const each of nonsense) {
			expect(() => device.download({...tensor, memory: each}, new Float32Array(4))).toThrow(refused);
			expect(() => new Memory(each === device ? (memory as never) : each, 16)).toThrow(refused);
		}
	});
});
