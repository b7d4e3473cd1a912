import {cpu, cuda, devices, nameOf, resolveDevice} from '../../lib/devices';
import {reset, state} from './fake';

jest.mock('../../lib/native', () => jest.requireActual<typeof import('./fake')>('./fake').fakeModule);

beforeEach(reset);
const onCpu = {device: 'cpu', gpu: 0};
const old = {name: 'Old', capability: 70, memory: 2 ** 33, usable: false, reason: 'no code for it'};
const fast = {name: 'Fast', capability: 90, memory: 80 * 2 ** 30, usable: true, reason: ''};
const threads = process.env.SOPHIA_NUM_THREADS;

afterEach(() => {
	delete process.env.SOPHIA_DEVICE;
	delete process.env.SOPHIA_NUM_THREADS;
	Object.assign(process.env, threads === undefined ? {} : {SOPHIA_NUM_THREADS: threads});
});

describe('devices', () => {
	test('the CPU and CUDA describe themselves', () => {
		expect(cpu()).toEqual({isa: 'avx2', isas: ['avx2', 'baseline'], threads: 2});
		expect(cuda()).toMatchObject({available: false, reason: expect.stringContaining('driver')});
		expect(devices()).toEqual([
			{name: 'cpu', available: true, description: 'avx2, 2 threads'},
			{name: 'cuda', available: false, description: state.cuda.reason},
		]);
	});

	test('GPUs describe themselves', () => {
		state.cuda = {available: true, reason: '', gpus: [old, fast]};
		expect(devices().slice(1)).toEqual([
			{name: 'cuda:0', available: false, description: 'Old: no code for it'},
			{name: 'cuda:1', available: true, description: 'Fast, compute capability 9.0, 80 GiB'},
		]);
	});

	test('cuda is the first GPU that can be used, and each has a number', () => {
		state.cuda = {available: true, reason: '', gpus: [old, fast, fast]};
		expect(resolveDevice('cuda')).toEqual({device: 'cuda', gpu: 1});
		expect(resolveDevice('cuda:2')).toEqual({device: 'cuda', gpu: 2});
		expect(resolveDevice('auto')).toEqual({device: 'cuda', gpu: 1});
		expect(resolveDevice('cpu')).toEqual(onCpu);
		expect(() => resolveDevice('cuda:0')).toThrow('`cuda:0` cannot be used: Old: no code');
		expect(() => resolveDevice('cuda:3')).toThrow('Expected `device` to be one of cuda:0 to cuda:2, got `cuda:3`');
		expect(nameOf({device: 'cuda', gpu: 2})).toBe('cuda:2');
	});

	test('auto is what SOPHIA_DEVICE says, or the CPU where there is no CUDA', () => {
		expect(resolveDevice('auto')).toEqual(onCpu);
		process.env.SOPHIA_DEVICE = 'cuda';
		expect(() => resolveDevice('auto')).toThrow(expect.objectContaining({code: 'ERR_SOPHIA_DEVICE'}));
		expect(resolveDevice('cpu')).toEqual(onCpu);
		process.env.SOPHIA_DEVICE = '';
		expect(resolveDevice('auto')).toEqual(onCpu);
		process.env.SOPHIA_DEVICE = 'gpu';
		expect(() => resolveDevice('auto')).toThrow('Expected `SOPHIA_DEVICE` to be one of');
	});

	test.each([cpu, devices, () => resolveDevice('cpu')])('SOPHIA_NUM_THREADS is checked by %p', (use) => {
		process.env.SOPHIA_NUM_THREADS = '4x';
		expect(use).toThrow('Expected `SOPHIA_NUM_THREADS` to be a positive whole number, got `4x`');
	});

	test('CUDA is refused with its reason', () => {
		const message = `CUDA cannot be used: ${state.cuda.reason}`;
		expect(() => resolveDevice('cuda')).toThrow(expect.objectContaining({code: 'ERR_SOPHIA_DEVICE', message}));
	});

	test.each(['tpu', 'cuda:', 'cuda:-1', 'cuda:01', 'CPU', 'cuda:1000'])('`%s` is no device', (name) => {
		expect(() => resolveDevice(name as 'cpu')).toThrow(RangeError);
	});
});
