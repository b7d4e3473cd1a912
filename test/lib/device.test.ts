import {cpu, cuda, devices, resolveDevice} from '../../lib/device';
import {reset, state} from './fake';

jest.mock('../../lib/native', () => jest.requireActual<typeof import('./fake')>('./fake').fakeModule);

beforeEach(reset);
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

	test('auto is the CPU, or what SOPHIA_DEVICE says', () => {
		expect(resolveDevice('auto')).toBe('cpu');
		process.env.SOPHIA_DEVICE = 'cuda';
		expect(() => resolveDevice('auto')).toThrow(expect.objectContaining({code: 'ERR_SOPHIA_DEVICE'}));
		expect(resolveDevice('cpu')).toBe('cpu');
		process.env.SOPHIA_DEVICE = '';
		expect(resolveDevice('auto')).toBe('cpu');
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
		state.cuda = {available: true, reason: ''};
		expect(() => resolveDevice('cuda')).toThrow('this build trains on the CPU only');
	});

	test('a device that does not exist is rejected', () => {
		expect(() => resolveDevice('tpu' as 'cpu')).toThrow(RangeError);
	});
});
